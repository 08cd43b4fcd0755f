#!/usr/bin/env bash
# Makes the whole nano team from nothing: documents, tokenizer, trunk, four branches, Hugging Face folders.
# Resumable: what is finished is kept, training goes on from its last checkpoint (every five minutes).
# Needs Node, `npm ci` done, and Python with the packages of requirements.txt. About two hours on two cores.
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
train() { # NAME STEPS, and more options of train.py
  local name="$1" steps="$2"
  shift 2
  [ -f "$work/$name.done" ] && return
  python3 "$here/train.py" --data "$work/$name.jsonl" --tokenizer "$work/tokenizer" --steps "$steps" \
    --out "$work/$name.pt" "$@" | tee -a "$work/$name.log"
  touch "$work/$name.done"
}

cd "$here/../.."
npx vite build --ssr tools/nano/corpus.ts --outDir "$work/bin" --emptyOutDir --logLevel error
corpus trunk 40000 7 "$work/words.jsonl"
[ -d "$work/tokenizer" ] || python3 "$here/make_tokenizer.py" "$work/words.jsonl" "$work/tokenizer"
corpus trunk 420000 1 "$work/trunk.jsonl"
train trunk 2370
branch() { # FILE MODEL DOCUMENTS STEPS
  corpus "$1" "$3" 2 "$work/$1.jsonl"
  train "$1" "$4" --init "$work/trunk.pt" --decay
  python3 "$here/export.py" "$work/$1.pt" "$work/tokenizer" "public/models/$2"
}
branch leader nano-leader 110000 800
branch nano-math nano-math 90000 600
branch nano-logic nano-logic 90000 600
branch nano-knowledge nano-knowledge 90000 600
