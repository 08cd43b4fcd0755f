import { openLab } from './lab.ts'
Object.assign(globalThis, { lab: openLab() })
