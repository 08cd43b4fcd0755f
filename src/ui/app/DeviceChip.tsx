/** What the models run on and why. Nothing is known before they are loaded, so until then there is no chip. */
import { Explain } from '../shared/Explain.tsx'
import { counted } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'

const names = { wasm: 'WebAssembly', webgpu: 'WebGPU' } as const

export function DeviceChip() {
  const device = useLab((state) => state.team?.device)
  if (device === undefined) return null
  const threads = device.backend === 'wasm' ? counted(device.threads, 'thread') : null
  return (
    <Explain
      className="chip"
      label="Device"
      trigger={
        <>
          {names[device.backend]}
          {threads !== null && <span className="chip-detail">, {threads}</span>}
        </>
      }
    >
      <h2>Runs on {names[device.backend]}</h2>
      <p>{device.because}</p>
      <dl className="facts">
        <dt>Backend</dt>
        <dd>{names[device.backend]}</dd>
        {threads !== null && (
          <>
            <dt>CPU</dt>
            <dd>{threads}</dd>
          </>
        )}
      </dl>
      <p className="soft">Everything happens on this machine; nothing is sent anywhere.</p>
    </Explain>
  )
}
