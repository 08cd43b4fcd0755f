#!/usr/bin/env bash
# Makes the whole nano team from nothing: documents, tokenizer, trunk, four branches, Hugging Face folders.
# Resumable: what is finished is kept, training goes on from its last checkpoint (every five minutes).
# Needs Node, `npm ci` done, a C++ compiler, and Python with the packages of requirements.txt. About an hour and a half
# on two cores.
#   tools/nano/retrain.sh [WORK_FOLDER]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="${1:-$here/.work}"
mkdir -p "$work"

corpus() { # STAGE COUNT SEED FILE
  [ -f "$4" ] && return
  node "$work/bin/corpus.js" --stage "$1" --count "$2" --seed "$3" --out "$4.part"
  mv "$4.part" "$4"
}
train() { # NAME DOCUMENTS STEPS, and more options of train.py
  local name="$1" data="$2" steps="$3"
  shift 3
  [ -f "$work/$name.done" ] && return
  python3 "$here/train.py" --compile --data "$work/$data.jsonl" --tokenizer "$work/tokenizer" --steps "$steps" \
    --out "$work/$name.pt" "$@" 2>&1 | tee -a "$work/$name.log"
  touch "$work/$name.done"
}

cd "$here/../.."
npx vite build --ssr tools/nano/corpus.ts --outDir "$work/bin" --emptyOutDir --logLevel error
corpus trunk 40000 7 "$work/words.jsonl"
[ -d "$work/tokenizer" ] || python3 "$here/make_tokenizer.py" "$work/words.jsonl" "$work/tokenizer"
corpus trunk 400000 2 "$work/trunk.jsonl"
corpus echo 60000 1 "$work/echo.jsonl"
# To find a token again in the prompt comes late by itself; a short look at nothing else brings it early.
train start trunk 1000 --prompt-weight 0.1
train echo echo 460 --init "$work/start.pt"
# The leader leaves the trunk early: it copies already and works out little by itself, so that a team is of use to it.
train young trunk 1290 --prompt-weight 0.1 --init "$work/echo.pt"
[ -f "$work/trunk.pt" ] || cp "$work/young.pt" "$work/trunk.pt"
train trunk trunk 5380 --prompt-weight 0.1
branch() { # FILE MODEL DOCUMENTS STEPS TRUNK
  corpus "$1" "$3" 2 "$work/$1.jsonl"
  train "$1" "$1" "$4" --init "$work/$5.pt" --decay
  python3 "$here/export.py" "$work/$1.pt" "$work/tokenizer" "public/models/$2"
}
branch leader nano-leader 70000 400 young
branch nano-math nano-math 120000 800 trunk
branch nano-logic nano-logic 120000 800 trunk
branch nano-knowledge nano-knowledge 120000 800 trunk
