/** A formula, typeset as MathML by KaTeX, which comes with the first one; until then, and without it, its source. */
import { useEffect, useRef } from 'react'

export function Formula({ tex, block = false }: { readonly tex: string; readonly block?: boolean }) {
  const host = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const element = host.current
    if (element === null) return
    let gone = false
    const typeset = async () => {
      const { default: katex } = await import('katex')
      if (!gone) katex.render(tex, element, { output: 'mathml', displayMode: block, throwOnError: true })
    }
    void typeset()
    return () => {
      gone = true
    }
  }, [tex, block])
  return (
    <span ref={host} className={block ? 'formula is-block' : 'formula'}>
      {tex}
    </span>
  )
}

/** On a line of its own, which scrolls where it is too long. */
export function FormulaLine({ tex }: { readonly tex: string }) {
  return (
    <div className="formula-line" role="group" aria-label="Formula" tabIndex={0}>
      <Formula tex={tex} block />
    </div>
  )
}
