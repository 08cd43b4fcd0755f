/** Lines from the peers to the leader: whole where the leader ends at the same answer, dashed where it does not. */
import { agentColour } from '../shared/agent.ts'
import type { Round } from './thread.ts'

export function Links({ round, seats }: { readonly round: Round; readonly seats: readonly number[] }) {
  const { peers, leader } = round
  const width = 1000
  return (
    <svg className="links" viewBox={`0 0 ${width} 40`} preserveAspectRatio="none" aria-hidden="true">
      {peers.map((peer, seat) => {
        const x = (width * (seat + 0.5)) / peers.length
        const end = width / 2 + (seat - (peers.length - 1) / 2) * 14
        const agrees = leader.done && leader.answer !== null && peer.answer === leader.answer
        return (
          <path
            key={seat}
            d={`M${x} 0C${x} 26 ${end} 12 ${end} 40`}
            fill="none"
            style={agentColour(seats[seat] ?? seat)}
            stroke="var(--agent)"
            strokeWidth={agrees ? 2.5 : 1.5}
            strokeDasharray={agrees ? undefined : '4 5'}
            opacity={peer.done ? 1 : 0.35}
            vectorEffect="non-scaling-stroke"
          />
        )
      })}
    </svg>
  )
}
