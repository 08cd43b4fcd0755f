/** A popover in the page's own dress: a trigger in the text, and what it opens to. Radix does focus and keyboard. */
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'

export function Explain({
  trigger,
  label,
  triggerLabel,
  className,
  children,
}: {
  readonly trigger: ReactNode
  /** Name of what opens. */
  readonly label: string
  /** Name of the trigger where its text does not say what it opens; has that text in it. */
  readonly triggerLabel?: string
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <Popover.Root>
      <Popover.Trigger
        className={className}
        {...(triggerLabel !== undefined && { 'aria-label': triggerLabel })}
      >
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" sideOffset={6} collisionPadding={16} aria-label={label}>
          {/* Scrolls where there is little room; so the keyboard has to reach it. */}
          <div className="popover-body" tabIndex={0}>
            {children}
          </div>
          <Popover.Arrow className="popover-arrow" />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
