/**
 * What a download consists of, as a folder's own config and manifest say. Both come from anywhere, so nothing in them is
 * believed: a name becomes an address and a file here, and must be that of a file in this very folder.
 */
import * as v from 'valibot'
import { MLC_CONFIG, MLC_MANIFEST } from '../common/mlc-layout.ts'

export interface Shard {
  readonly name: string
  readonly bytes: number
  /** Lower-case hexadecimal; null where the manifest has none. */
  readonly md5: string | null
}

export interface ModelFiles {
  /** The tokenizer's. */
  readonly texts: readonly string[]
  readonly shards: readonly Shard[]
}

/** A file of a model that is not what it should be; `file` is its address. */
export class DownloadedFileError extends Error {
  override readonly name = 'DownloadedFileError'
  constructor(
    readonly file: string,
    readonly expected: string,
    readonly actual: string,
    readonly remedy = 'Whoever keeps this model has to mend it; choose another one.',
  ) {
    super(`${file}: expected ${expected}, found ${actual}. ${remedy}`)
  }
}

const plainName = v.pipe(
  v.string(),
  v.check((name) => /^\w[\w.-]*$/.test(name), 'a plain file name'),
)
/** It goes into a header. */
const md5 = v.pipe(
  v.string(),
  v.check((text) => /^[\da-f]{32}$/.test(text), 'an MD5'),
)
const configSchema = v.object({ tokenizer_files: v.array(plainName) })
const manifestSchema = v.object({
  records: v.array(
    v.object({
      dataPath: plainName,
      nbytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      md5sum: v.nullish(md5, null),
    }),
  ),
})

/** `folder` is the address of the files, with its closing slash. @throws DownloadedFileError */
export function parseModelFiles(
  folder: string,
  { config, manifest }: { readonly config: string; readonly manifest: string },
): ModelFiles {
  const { tokenizer_files: texts } = parseJson(folder + MLC_CONFIG, config, configSchema)
  const { records } = parseJson(folder + MLC_MANIFEST, manifest, manifestSchema)
  const shards = records.map(({ dataPath, nbytes, md5sum }) => ({
    name: dataPath,
    bytes: nbytes,
    md5: md5sum,
  }))
  const named = new Set([MLC_CONFIG, MLC_MANIFEST])
  for (const name of [...texts, ...shards.map(({ name }) => name)]) {
    if (named.has(name)) throw new DownloadedFileError(folder, 'each file once', `${name} twice`)
    named.add(name)
  }
  return { texts, shards }
}

function parseJson<S extends v.GenericSchema>(file: string, text: string, schema: S): v.InferOutput<S> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new DownloadedFileError(file, 'JSON', JSON.stringify(text.slice(0, 40)))
  }
  const result = v.safeParse(schema, json)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new DownloadedFileError(
    file,
    `${v.getDotPath(issue) ?? ''}: ${issue.expected ?? issue.message}`,
    issue.received,
  )
}
