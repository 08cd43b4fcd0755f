/** Before anything is fetched from elsewhere: what, how much, from where, and under which licences. */
import { Dialog } from 'radix-ui'
import { useLab } from '../shared/labStore.ts'
import { bytesToFetch, type Download } from './downloads.ts'
import { byteSize, modelLabel } from './modelWords.ts'

export function DownloadDialog() {
  const question = useLab((state) => state.downloadQuestion)
  if (question === null) return null
  const { downloads, answer } = question
  const bytes = bytesToFetch(downloads)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && answer(false)}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog">
          <Dialog.Title>
            Fetch {downloads.length === 1 ? 'a model' : `${downloads.length} models`}?
          </Dialog.Title>
          <Dialog.Description>
            This team has models that are not in this browser yet. They are fetched once, and stay here until
            you delete them.
          </Dialog.Description>
          <ul className="download-list">
            {downloads.map((download) => (
              <DownloadLine key={download.folder} download={download} />
            ))}
          </ul>
          <div className="row">
            <button type="button" className="button main" onClick={() => answer(true)}>
              Accept and fetch{bytes !== null && ` ${byteSize(bytes)}`}
            </button>
            <Dialog.Close className="button">Not now</Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function DownloadLine({ download: { model, host, entry, storedBytes } }: { readonly download: Download }) {
  return (
    <li>
      <strong>{modelLabel(model)}</strong>
      <span className="soft">
        {entry === null ? 'Size unknown until its files are read' : `About ${byteSize(entry.downloadBytes)}`},
        from {host}
        {storedBytes > 0 && `; ${byteSize(storedBytes)} are here already`}
      </span>
      {entry === null ? (
        <span className="soft">Its licence is what its publisher says: look before you accept.</span>
      ) : (
        <span>
          Licence:{' '}
          <a href={entry.licence.url} target="_blank" rel="noreferrer">
            {entry.licence.name}
          </a>
        </span>
      )}
    </li>
  )
}
