/**
 * The page with a scripted client in place of the workers, to look at every state of the views without models:
 * `npm run dev`, then `/src/ui/testing/index.html`. Never part of a build.
 */
import { start } from '../app/start.tsx'
import { scriptedClient } from './scriptedClient.ts'

start({ load: () => Promise.resolve(scriptedClient(new URLSearchParams(location.search))) })
