import { expect, test } from 'vitest'
import { blobFiles, type FileAccess } from './file-access.ts'
import { ggufBytes, smallGgufTensors, smallGgufValues } from './gguf.fixture.ts'
import { openHuggingFaceFolder } from './hf.ts'
import { openModel } from './open-model.ts'
import { memoryFolder, smallFolder } from './small-model.fixture.ts'
import { writeMlc } from './write-mlc.ts'

const huggingFace = smallFolder()
const mlc = memoryFolder(
  'https://hub.test/org/mlc/resolve/main',
  Object.fromEntries(
    (await writeMlc(await openHuggingFaceFolder(huggingFace))).map(({ name, bytes }) => [name, bytes]),
  ),
)
const gguf = memoryFolder('/models/', {
  'a.gguf': ggufBytes({ values: smallGgufValues(), tensors: smallGgufTensors() }),
})
const folders = [huggingFace, mlc, gguf]
const access = (location: string): FileAccess =>
  folders.find((folder) => folder.location === location) ?? blobFiles(location, new Map())

test.each([
  ['models/small', 'small'],
  ['https://hub.test/org/mlc/resolve/main', 'mlc'],
  ['https://hub.test/org/mlc/', 'mlc'],
  ['/models/a.gguf', 'a'],
])('%s is recognised', async (location, id) => {
  const source = await openModel(location, access)
  expect(source.id).toBe(id)
  expect(source.config.layerCount).toBe(2)
})

test('a location without a model is named', async () => {
  await expect(openModel('/nowhere', access)).rejects.toThrow(
    '/nowhere: expected a .gguf file, or a folder with config.json',
  )
  await expect(openModel('/models/b.gguf', access)).rejects.toThrow(
    '/models/b.gguf: expected a GGUF file, found nothing',
  )
})
