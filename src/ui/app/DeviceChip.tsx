/** What the models run on and why. Nothing is known before they are loaded, so until then there is no chip. */
import { useStore } from 'zustand'
import type { DeviceReport, TeamReport } from '../../workers/protocol.ts'
import { Explain } from '../shared/Explain.tsx'
import { counted } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { keptStore } from './offline.ts'
import { librariesOf, libraryNames, otherLibrary } from './libraries.ts'
import { addressWithEngine, addressWithLibrary } from './settings.ts'

const engineNames = { webllm: 'WebLLM', tfjs: 'TensorFlow.js' } as const
/** Whether the page works without a network. */
const keptWords = {
  no: '',
  fetching: 'The page is being kept for use without a network.',
  yes: 'The page and the embedded team also work without a network.',
} as const
const backendNames = { wasm: 'WebAssembly', webgpu: 'WebGPU' } as const

export function DeviceChip() {
  const team = useLab((state) => state.team)
  const { kept } = useStore(keptStore)
  if (team === null) return null
  const { device } = team
  const { engine, backend, because } = device
  const libraries = librariesOf(team)
  const threads = backend === 'wasm' ? counted(device.threads, 'thread') : null
  const shown = engine === 'webllm' ? engineNames.webllm : backendNames[backend]
  return (
    <Explain
      className="chip"
      label="Device"
      trigger={
        <>
          {shown}
          {engine === 'tfjs' && threads !== null && <span className="chip-detail">, {threads}</span>}
        </>
      }
    >
      <h2>Runs on {shown}</h2>
      <p>{because}</p>
      <dl className="facts">
        <dt>Models</dt>
        <dd>
          {engineNames[engine]} on {engine === 'webllm' ? backendNames.webgpu : backendNames[backend]}
        </dd>
        {libraries !== null && (
          <>
            <dt>Library</dt>
            <dd>{libraries}</dd>
          </>
        )}
        <dt>Training</dt>
        <dd>
          {engineNames.tfjs} on {backendNames[backend]}
        </dd>
        {threads !== null && (
          <>
            <dt>CPU</dt>
            <dd>{threads}</dd>
          </>
        )}
      </dl>
      <OtherEngine device={device} />
      <OtherLibrary team={team} />
      <p className="soft">Everything happens on this machine; nothing is sent anywhere. {keptWords[kept]}</p>
    </Explain>
  )
}

/** By the address, because the workers start with the page's choice. */
function OtherEngine({ device }: { readonly device: DeviceReport }) {
  const other = device.engine === 'webllm' ? 'tfjs' : 'webllm'
  if (other === 'webllm' && !('gpu' in navigator)) return null
  return (
    <p>
      <a href={addressWithEngine(location.search, other) + location.hash}>
        Load this page with {engineNames[other]} instead
      </a>
      ; a run goes on from its last checkpoint.
    </p>
  )
}

function OtherLibrary({ team }: { readonly team: TeamReport }) {
  const other = otherLibrary(team)
  if (other === null) return null
  return (
    <p>
      <a href={addressWithLibrary(location.search, other) + location.hash}>
        Load this page with {libraryNames[other]} for the models that both can run
      </a>
      .
    </p>
  )
}
