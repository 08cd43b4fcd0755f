/** A popover in the page's own dress: a trigger in the text, and what it opens to. Radix does focus and keyboard. */
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'

export function Explain({
  trigger,
  label,
  className,
  children,
}: {
  readonly trigger: ReactNode
  /** Name of the trigger where its text does not say what it opens. */
  readonly label?: string
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <Popover.Root>
      <Popover.Trigger className={className} {...(label !== undefined && { 'aria-label': label })}>
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" sideOffset={6} collisionPadding={16} aria-label={label}>
          {children}
          <Popover.Arrow className="popover-arrow" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
