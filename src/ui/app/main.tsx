/** The entry: the real client, fetched when somebody first needs it. Everything else is `start`. */
import { start } from './start.tsx'

start({ load: async () => (await import('../../workers/client.ts')).createLabClient })
