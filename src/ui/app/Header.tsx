/** Name, places, team, device, theme. */
import { useState } from 'react'
import type { Preset } from '../../mlpo/config/presets.ts'
import { Segmented } from '../shared/Segmented.tsx'
import { ShareButton } from '../experiment/ShareButton.tsx'
import { useExperiment } from '../experiment/experimentStore.ts'
import { isHiddenPlace } from '../experiment/places.ts'
import { DeviceChip } from './DeviceChip.tsx'
import { isPresenting, stopPresenting } from './present.ts'
import { places } from './route.ts'
import type { Place } from './route.ts'
import { applyTheme, savedTheme } from './settings.ts'
import type { Theme } from './settings.ts'
import { TeamChip } from './TeamChip.tsx'

export function Header({ place, presets }: { readonly place: Place; readonly presets: readonly Preset[] }) {
  const experiment = useExperiment((state) => state.experiment)
  const shown = places.filter((entry) => !isHiddenPlace(entry.place, experiment))
  return (
    <header className="site-header">
      <a className="site-name" href="#/arena">
        <svg viewBox="0 0 28 28" aria-hidden="true">
          <path d="M5 4c0 10 8 7 9 17M23 4c0 10-8 7-9 17M14 4v14" />
          <circle cx="14" cy="22" r="4.5" />
        </svg>
        Leader Lab
      </a>
      <nav aria-label="Places">
        {shown.map((entry) => (
          <a
            key={entry.place}
            href={`#/${entry.place}`}
            aria-current={entry.place === place ? 'page' : undefined}
          >
            {entry.label}
          </a>
        ))}
      </nav>
      <div className="site-tools">
        <TeamChip presets={presets} />
        <DeviceChip />
        <ShareButton />
        <LargeType />
        <ThemeChoice />
      </div>
    </header>
  )
}

/** The way out of `?present`, where it is on. */
function LargeType() {
  const [on, setOn] = useState(() => isPresenting(location.search))
  if (!on) return null
  const stop = () => {
    stopPresenting()
    setOn(false)
  }
  return (
    <button type="button" className="chip" onClick={stop}>
      End large type
    </button>
  )
}

const sun = (
  <svg viewBox="0 0 20 20" aria-hidden="true">
    <circle cx="10" cy="10" r="3.4" fill="currentColor" />
    <path
      d="M10 1.8v2.6M10 15.6v2.6M1.8 10h2.6M15.6 10h2.6M4.2 4.2L6 6M14 14l1.8 1.8M15.8 4.2L14 6M6 14l-1.8 1.8"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
    />
  </svg>
)
const moon = (
  <svg viewBox="0 0 20 20" aria-hidden="true">
    <path d="M15.8 12.4A6.8 6.8 0 0 1 7.6 4.2a6.8 6.8 0 1 0 8.2 8.2z" fill="currentColor" />
  </svg>
)
const both = (
  <svg viewBox="0 0 20 20" aria-hidden="true">
    <circle cx="10" cy="10" r="6.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
    <path d="M10 3.4a6.6 6.6 0 0 1 0 13.2z" fill="currentColor" />
  </svg>
)

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(savedTheme)
  const choose = (chosen: Theme) => {
    applyTheme(chosen)
    setTheme(chosen)
  }
  return (
    <div className="theme-choice">
      <Segmented
        label="Theme"
        value={theme}
        onChange={choose}
        options={[
          { value: 'system', label: both, name: 'As the system' },
          { value: 'light', label: sun, name: 'Light' },
          { value: 'dark', label: moon, name: 'Dark' },
        ]}
      />
    </div>
  )
}
