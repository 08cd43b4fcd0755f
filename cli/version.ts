/** The version of this package, and where its files are: one folder above `cli/` and above `dist-cli/` alike. */
import { fileURLToPath } from 'node:url'
import manifest from '../package.json'

export const version: string = manifest.version

export const packageFolder = fileURLToPath(new URL('..', import.meta.url))
