/** The text of `lab help` and `lab help COMMAND`, from the commands' flags and the settings' own words. */
import type { Command } from './command.ts'
import { cliFlags } from '../src/mlpo/config/text.ts'

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Leader Lab without a browser: train and question a team of language models.',
    '',
    'Usage: lab COMMAND [flags]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'lab help COMMAND lists its flags. Exit code: 0 done, 1 bad input, 2 wrong usage.',
  ].join('\n')
}

export function helpOf({ summary, usage, flags }: Command): string {
  const aliases = Object.entries(flags.aliases ?? {}).map(
    ([name, key]) => `  --${name}  the same as --${key.replaceAll('_', '-')}`,
  )
  const own = flags.flags.map(
    ({ name, value, help, default: fallback }) =>
      `  --${name}${value === null ? '' : ` ${value}`}\n      ${help}${fallback === undefined ? '' : ` Default: ${fallback}.`}`,
  )
  const settings =
    flags.settings === 'all'
      ? cliFlags.map(
          ({ flag, help, allowed, default: fallback }) =>
            `  ${flag}\n      ${help} ${sentence(allowed)} Default: ${fallback}.`,
        )
      : []
  return [
    summary,
    '',
    `Usage: ${usage}`,
    '',
    'Flags:',
    ...own,
    ...aliases,
    ...(settings.length > 0
      ? ['', 'Settings (a preset or --config FILE gives them, a flag overrides):', ...settings]
      : []),
  ].join('\n')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
