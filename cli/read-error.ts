/** A file that cannot be read or written, in words. */
import { InputError } from './io.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'access is not allowed',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
}

export function readError(path: string, cause: unknown): InputError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new InputError(`${path}: ${reasons[code] ?? String(cause)}.`)
}
