/**
 * The loss, token by token, of the selected completion. A token's colour and underline say whether the update makes it
 * likelier or less likely, its depth how strongly; the values of the token in focus stand below.
 */
import { useState } from 'react'
import type { CSSProperties, KeyboardEvent } from 'react'
import { decimal, figure, percent, signed } from '../shared/format.ts'
import { isZero } from './arithmetic.ts'
import type { StepData } from './step.ts'
import { useTrain } from './trainStore.ts'

interface TokensProps {
  readonly loss: NonNullable<StepData['loss']>
  readonly sample: NonNullable<StepData['sample']>
  readonly advantage: StepData['advantage']
  readonly group: number
}

interface Token {
  readonly text: string
  readonly logprob: number
  readonly oldLogprob: number
  readonly entropy: number
  readonly loss: number
  /** dLoss / dlogprob: below 0 the update makes the token likelier. */
  readonly gradient: number
}

export function Tokens({ loss, sample, advantage, group }: TokensProps) {
  const row = useTrain((state) => state.row)
  const own = loss.groups[group]?.[row]
  const rollout = sample.groups[group]?.[row]
  if (own === undefined || rollout === undefined) return null
  const strongest = Math.max(1e-12, ...loss.groups.flat().flatMap(({ gradients }) => gradients.map(Math.abs)))
  const tokens = rollout.tokenTexts.map((text, t) => ({
    text,
    logprob: own.logprobs[t] ?? 0,
    oldLogprob: own.oldLogprobs[t] ?? 0,
    entropy: own.entropies[t] ?? 0,
    loss: own.losses[t] ?? 0,
    gradient: own.gradients[t] ?? 0,
  }))
  const value = advantage?.groups[group]?.advantages[row] ?? 0
  return (
    <section className="tokens-part" data-lesson="tokens" aria-labelledby="tokens-title">
      <h2 className="eyebrow" id="tokens-title">
        Loss per token of completion {row + 1}
      </h2>
      <p className="soft">
        {effectOf(value, tokens)} The whole batch has loss {figure(loss.loss)}.
      </p>
      <TokenLine key={`${group}/${row}`} tokens={tokens} strongest={strongest} />
    </section>
  )
}

function TokenLine({ tokens, strongest }: { readonly tokens: readonly Token[]; readonly strongest: number }) {
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
        {tokens.map((entry, t) => (
          <span
            key={t}
            role="option"
            aria-selected={t === at}
            aria-label={`${entry.text.trim() || 'space'}, ${directionOf(entry)}, gradient ${figure(entry.gradient)}`}
            tabIndex={t === at ? 0 : -1}
            className={classOf(entry)}
            style={
              { '--depth': `${Math.round((Math.abs(entry.gradient) / strongest) * 30)}%` } as CSSProperties
            }
            onMouseEnter={() => setAt(t)}
            onFocus={() => setAt(t)}
          >
            {entry.text}
          </span>
        ))}
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
        <dt>ratio to before</dt>
        <dd>{ratio.toFixed(3)}</dd>
      </div>
      <div>
        <dt>entropy</dt>
        <dd>{decimal(token.entropy, { digits: 3 })} nats</dd>
      </div>
      <div>
        <dt>part of the loss</dt>
        <dd>{figure(token.loss)}</dd>
      </div>
      <div>
        <dt>gradient</dt>
        <dd>
          {figure(token.gradient)}, {directionOf(token)}
        </dd>
      </div>
    </dl>
  )
}

/** Below this a gradient is a rounding error. */
const stillGradient = 1e-12

function classOf({ gradient }: Token): string | undefined {
  if (Math.abs(gradient) < stillGradient) return undefined
  return gradient < 0 ? 'is-up' : 'is-down'
}

function directionOf({ gradient }: Token): string {
  if (Math.abs(gradient) < stillGradient) return 'not moved'
  return gradient < 0 ? 'becomes likelier' : 'becomes less likely'
}

function effectOf(advantage: number, tokens: readonly Token[]): string {
  if (!isZero(advantage)) {
    const effect = advantage > 0 ? 'likelier' : 'less likely'
    return `Its advantage is ${signed(advantage)}: the update makes its tokens ${effect}.`
  }
  return tokens.some(({ gradient }) => Math.abs(gradient) >= stillGradient)
    ? 'Its advantage is 0; only the KL term moves its tokens.'
    : 'Its advantage is 0, so that no token is moved.'
}
