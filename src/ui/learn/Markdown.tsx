/**
 * A lesson's text drawn from its tokens: a few kinds of element, and nothing that the file could bring by itself. HTML in a
 * lesson stands there as it was written.
 */
import type { ReactNode } from 'react'
import type { Token, Tokens } from 'marked'
import { Term } from '../glossary/Term.tsx'
import { termOfHref } from './termLink.ts'

/** Tokens as their own kinds: marked's union also has a kind that fits everything. */
type Known =
  | Tokens.Paragraph
  | Tokens.Text
  | Tokens.Strong
  | Tokens.Em
  | Tokens.Codespan
  | Tokens.Code
  | Tokens.Escape
  | Tokens.Link
  | Tokens.List
  | Tokens.Table
  | Tokens.Blockquote
  | Tokens.Heading
  | Tokens.Br
  | Tokens.Space

export function Markdown({ tokens }: { readonly tokens: readonly Token[] }) {
  return tokens.map((token, at) => <Piece key={at} token={token as Known} />)
}

function Piece({ token }: { readonly token: Known }): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return <p>{inner(token)}</p>
    case 'heading':
      return token.depth === 2 ? <h3>{inner(token)}</h3> : <h4>{inner(token)}</h4>
    case 'text':
      return token.tokens === undefined ? token.text : inner(token)
    case 'strong':
      return <strong>{inner(token)}</strong>
    case 'em':
      return <em>{inner(token)}</em>
    case 'codespan':
      return <code className="mono">{token.text}</code>
    case 'code':
      return <pre>{token.text}</pre>
    case 'escape':
      return token.text
    case 'link':
      return <LessonLink token={token} />
    case 'list':
      return <ListOf token={token} />
    case 'table':
      return <TableOf token={token} />
    case 'blockquote':
      return <blockquote>{inner(token)}</blockquote>
    case 'br':
      return <br />
    case 'space':
      return null
    default:
      return (token satisfies never as Token).raw
  }
}

function inner({ tokens }: { readonly tokens?: readonly Token[] | undefined }): ReactNode {
  return tokens === undefined ? null : <Markdown tokens={tokens} />
}

/** Within the page, to the glossary, or to the web in a new tab; anything else is text. */
function LessonLink({ token }: { readonly token: Tokens.Link }) {
  if (/^#\/[a-z]+$/.test(token.href)) return <a href={token.href}>{inner(token)}</a>
  const term = termOfHref(token.href)
  if (term !== null) return <Term name={term}>{inner(token)}</Term>
  if (!token.href.startsWith('https://')) return inner(token)
  return (
    <a href={token.href} target="_blank" rel="noreferrer">
      {inner(token)}
    </a>
  )
}

function ListOf({ token: { ordered, items } }: { readonly token: Tokens.List }) {
  const rows = items.map((item, at) => (
    <li key={at}>
      <Markdown tokens={item.tokens} />
    </li>
  ))
  return ordered ? <ol>{rows}</ol> : <ul>{rows}</ul>
}

function TableOf({ token: { header, rows } }: { readonly token: Tokens.Table }) {
  const names = header.map(({ text }) => text).join(', ')
  return (
    <div className="lesson-table" tabIndex={0} role="group" aria-label={`Table: ${names}`}>
      <table>
        <thead>
          <tr>
            {header.map((cell, at) => (
              <th key={at} scope="col">
                <Markdown tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => (
                <td key={at}>
                  <Markdown tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
