/**
 * A static server for the built app: isolation headers, right content types, byte ranges (downloads of weights resume),
 * and index.html for the app's own addresses. For one person on one machine: no compression, no HTTPS.
 * `node scripts/serve.mjs [--port N] [--host H] [--folder F]` serves `dist/`, or another folder of the repository. Node built-ins only.
 */
import { createReadStream, realpathSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { crossOriginIsolation, mimeType } from './http.mjs'
import { root } from './install.mjs'

/**
 * Serves a folder; takes the first free port of the list (0 = any) and returns the address.
 * @param {string} folder
 * @param {{ ports?: readonly number[], host?: string }} [options]
 */
export async function serve(folder, { ports = [0], host = '127.0.0.1' } = {}) {
  for (const [index, port] of ports.entries()) {
    const server = createServer((request, response) => answer(folder, request, response))
    const error = await listen(server, port, host)
    if (!error) {
      const address = server.address()
      const actual = typeof address === 'object' && address ? address.port : port
      return { server, address: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${actual}/` }
    }
    if (error.code !== 'EADDRINUSE' || index === ports.length - 1) throw error
  }
  throw new Error('No port to listen on was given.')
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<NodeJS.ErrnoException | null>}
 */
function listen(server, port, host) {
  return new Promise((resolve) => {
    server.once('error', resolve)
    server.listen(port, host, () => {
      server.off('error', resolve)
      resolve(null)
    })
  })
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function answer(folder, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...crossOriginIsolation, Allow: 'GET, HEAD' }).end()
    return
  }
  const file = find(folder, request)
  if (!file) {
    response.writeHead(404, { ...crossOriginIsolation, 'Content-Type': 'text/plain' }).end('Not found\n')
    return
  }
  const etag = `"${file.size.toString(36)}-${Math.floor(file.mtimeMs).toString(36)}"`
  const headers = {
    ...crossOriginIsolation,
    'Content-Type': mimeType(file.path),
    'Accept-Ranges': 'bytes',
    // Vite puts a hash of the content into the names below assets/.
    'Cache-Control': file.path.includes(`${sep}assets${sep}`) ? 'max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end()
    return
  }
  const range = byteRange(request.headers, file.size, etag)
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${file.size}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 }
  const partial = range && { 'Content-Range': `bytes ${start}-${end}/${file.size}` }
  response.writeHead(range ? 206 : 200, { ...headers, ...partial, 'Content-Length': end - start + 1 })
  if (request.method === 'HEAD' || file.size === 0) {
    response.end()
    return
  }
  // The reader may go away in the middle, and the file may be rebuilt: neither is news.
  createReadStream(file.path, { start, end })
    .on('error', () => response.destroy())
    .pipe(response)
}

/**
 * The file that a request means, or null. An address without a file ending is one of the app's own.
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 */
function find(folder, request) {
  let path
  try {
    path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname))
  } catch {
    return null
  }
  const candidates = [path, join(path, 'index.html'), ...(extname(path) ? [] : ['index.html'])]
  for (const candidate of candidates) {
    try {
      const full = realpathSync(join(folder, candidate))
      if (!full.startsWith(realpathSync(folder) + sep)) continue
      const stats = statSync(full)
      if (stats.isFile()) return { path: full, size: stats.size, mtimeMs: stats.mtimeMs }
    } catch {
      // Not there; try the next one.
    }
  }
  return null
}

/**
 * One range of bytes, both ends included; null means the whole file. Several ranges at once are answered whole,
 * and so is `If-Range` with another version, as RFC 9110 allows.
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {number} size
 * @param {string} etag
 */
function byteRange(headers, size, etag) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  if (headers['if-range'] && headers['if-range'] !== etag) return null
  const suffix = match[1] === ''
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = suffix || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  return start > end ? 'unsatisfiable' : { start, end }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      folder: { type: 'string', default: 'dist' },
    },
  })
  const { address } = await serve(join(root, values.folder), {
    ports: [Number(values.port)],
    host: values.host,
  })
  console.log(`Serving ${values.folder}/ at ${address}`)
}
