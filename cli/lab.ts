/** The program `lab`: the command line on the real streams, clock and signals. */
import { join } from 'node:path'
import type { Io } from './io.ts'
import { main } from './main.ts'
import { diskModels } from './models.ts'
import { packageFolder } from './version.ts'

const controller = new AbortController()
process.on('SIGINT', () => {
  // The first asks the command to finish what it writes; a second one does not wait.
  if (controller.signal.aborted) process.exit(130)
  controller.abort()
})
// A reader that has seen enough (`lab tasks | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const io: Io = {
  out: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  stream: (text) => process.stdout.write(text),
  now: () => performance.now(),
  // Kilobytes on Linux and macOS alike.
  peakBytes: () => process.resourceUsage().maxRSS * 1024,
  signal: controller.signal,
}
const cacheFolder = join(packageFolder, '.cache', 'proposals')
process.exitCode = await main(process.argv.slice(2), { io, models: diskModels, fetch, cacheFolder })
