/**
 * The loss, token by token, of the selected completion. A token's colour and underline say what the chosen shading
 * says, its depth how strongly; the values of the token in focus stand below.
 */
import { useState } from 'react'
import type { CSSProperties, KeyboardEvent } from 'react'
import type { TokenLoss } from '../../mlpo/stages.ts'
import { Term, TermText } from '../glossary/Term.tsx'
import { decimal, figure, percent, signed } from '../shared/format.ts'
import { Segmented } from '../shared/Segmented.tsx'
import { isZero } from './arithmetic.ts'
import type { StepData } from './step.ts'
import { isStill, shadeOf, shadings, strongestOf, type Shading, type Token } from './tokenShades.ts'
import { useTrain } from './trainStore.ts'

interface TokensProps {
  readonly loss: NonNullable<StepData['loss']>
  readonly sample: NonNullable<StepData['sample']>
  readonly advantage: StepData['advantage']
  readonly group: number
}

export function Tokens({ loss, sample, advantage, group }: TokensProps) {
  const row = useTrain((state) => state.row)
  const [by, setBy] = useState<Shading>('gradient')
  const own = loss.groups[group]?.[row]
  const rollout = sample.groups[group]?.[row]
  if (own === undefined || rollout === undefined) return null
  const tokens = tokensOf(own, rollout.tokenTexts)
  const batch = loss.groups.flatMap((rows, g) =>
    rows.flatMap((each, r) => tokensOf(each, sample.groups[g]?.[r]?.tokenTexts ?? [])),
  )
  const value = advantage?.groups[group]?.advantages[row] ?? 0
  return (
    <section className="tokens-part" data-lesson="tokens" aria-labelledby="tokens-title">
      <h2 className="eyebrow" id="tokens-title">
        <Term name="loss">Loss</Term> per <Term name="token">token</Term> of completion {row + 1}
      </h2>
      <p className="soft">
        <TermText text={effectOf(value, tokens)} terms={{ 'KL term': 'kl' }} /> The whole batch has loss{' '}
        {figure(loss.loss)}.
      </p>
      <div className="token-shading">
        <Segmented label="Colour tokens by" options={shadings} value={by} onChange={setBy} />
        <span className="soft">{shadings.find(({ value: each }) => each === by)?.help}</span>
      </div>
      <TokenLine key={`${group}/${row}`} tokens={tokens} by={by} strongest={strongestOf(batch, by)} />
    </section>
  )
}

function tokensOf(
  { logprobs, oldLogprobs, entropies, losses, gradients }: TokenLoss,
  texts: readonly string[],
): Token[] {
  return texts.map((text, t) => ({
    text,
    logprob: logprobs[t] ?? 0,
    oldLogprob: oldLogprobs[t] ?? 0,
    entropy: entropies[t] ?? 0,
    loss: losses[t] ?? 0,
    gradient: gradients[t] ?? 0,
  }))
}

function TokenLine({
  tokens,
  by,
  strongest,
}: {
  readonly tokens: readonly Token[]
  readonly by: Shading
  readonly strongest: number
}) {
  const [at, setAt] = useState(0)
  const token = tokens[at]
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tokens.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.min(tokens.length - 1, Math.max(0, to))
    setAt(next)
    const child = event.currentTarget.children[next]
    if (child instanceof HTMLElement) child.focus()
  }
  return (
    <>
      <div className="tokens" role="listbox" aria-label="Tokens" data-own-arrows="" onKeyDown={onKeyDown}>
        {tokens.map((entry, t) => {
          const { direction, depth } = shadeOf(entry, { by, strongest })
          return (
            <span
              key={t}
              role="option"
              aria-selected={t === at}
              aria-label={`${entry.text.trim() || 'space'}, ${spoken(entry, by)}`}
              tabIndex={t === at ? 0 : -1}
              className={direction === null ? undefined : `is-${direction}`}
              style={{ '--depth': `${Math.round(depth * 30)}%` } as CSSProperties}
              onMouseEnter={() => setAt(t)}
              onFocus={() => setAt(t)}
            >
              {entry.text}
            </span>
          )
        })}
      </div>
      {token !== undefined && <TokenValues token={token} number={at + 1} />}
    </>
  )
}

function TokenValues({ token, number }: { readonly token: Token; readonly number: number }) {
  const ratio = Math.exp(token.logprob - token.oldLogprob)
  return (
    <dl className="token-values">
      <div>
        <dt>token {number}</dt>
        <dd>
          <q>{token.text}</q>
        </dd>
      </div>
      <div>
        <dt>probability</dt>
        <dd>{percent(Math.exp(token.logprob), { digits: 1 })}</dd>
      </div>
      <div>
        <dt>log-probability</dt>
        <dd>{decimal(token.logprob, { digits: 3 })}</dd>
      </div>
      <div>
        <dt>
          <Term name="ratio">ratio</Term> to before
        </dt>
        <dd>{ratio.toFixed(3)}</dd>
      </div>
      <div>
        <dt>
          <Term name="entropy">entropy</Term>
        </dt>
        <dd>{decimal(token.entropy, { digits: 3 })} nats</dd>
      </div>
      <div>
        <dt>part of the loss</dt>
        <dd>{figure(token.loss)}</dd>
      </div>
      <div>
        <dt>
          <Term name="gradient">gradient</Term>
        </dt>
        <dd>
          {figure(token.gradient)}, {directionOf(token)}
        </dd>
      </div>
    </dl>
  )
}

function spoken(token: Token, by: Shading): string {
  switch (by) {
    case 'gradient':
      return `${directionOf(token)}, gradient ${figure(token.gradient)}`
    case 'ratio':
      return `ratio to before ${Math.exp(token.logprob - token.oldLogprob).toFixed(3)}`
    case 'entropy':
      return `entropy ${decimal(token.entropy, { digits: 3 })} nats`
  }
}

function directionOf(token: Token): string {
  if (isStill(token)) return 'not moved'
  return token.gradient < 0 ? 'becomes likelier' : 'becomes less likely'
}

function effectOf(advantage: number, tokens: readonly Token[]): string {
  if (!isZero(advantage)) {
    const effect = advantage > 0 ? 'likelier' : 'less likely'
    return `Its advantage is ${signed(advantage)}: the update makes its tokens ${effect}.`
  }
  return tokens.some((token) => !isStill(token))
    ? 'Its advantage is 0; only the KL term moves its tokens.'
    : 'Its advantage is 0, so that no token is moved.'
}
