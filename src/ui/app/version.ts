/** Which version of the page this is, for its foot and for reports. The build is told apart by the name of its file. */
import { version } from '../../../package.json'

export const appVersion: string = version

export const buildName: string = new URL(import.meta.url).pathname.split('/').at(-1) ?? ''
