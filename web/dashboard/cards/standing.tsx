import type { ReactNode } from 'react'
import { showUsd } from '../../lib/money.ts'
import { Tag } from '../../parts/index.ts'

/** How what a card is charged for by itself stands: its state, and amounts by name. */
export function CardStanding(about: {
  readonly head: string
  readonly state: ReactNode
  readonly kind: 'good' | 'bad' | 'todo' | undefined
  readonly figures: readonly (readonly [name: string, usd: string])[]
}) {
  const { head, state, kind, figures } = about
  return (
    <dl className="roll">
      <div>
        <dt>{head}</dt>
        <dd>
          <Tag {...(kind === undefined ? {} : { kind })}>{state}</Tag>
        </dd>
      </div>
      {figures.map(([name, usd]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="figure">{showUsd(usd)}</dd>
        </div>
      ))}
    </dl>
  )
}
