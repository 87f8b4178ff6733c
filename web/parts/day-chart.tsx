import type { ReactNode } from 'react'
import { lazy, Suspense, useMemo } from 'react'
import { Waiting } from './waiting.tsx'
import { useWords } from './words.ts'

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }))

/** One day: `figure` is what is drawn, `shown` what is read; `line` is a second figure of the same unit. */
export type Day = {
  readonly day: string
  readonly figure: number
  readonly shown: ReactNode
  readonly line?: number
  readonly lineShown?: ReactNode
}

/** A question answered day by day: bars, and a table behind them. The chart is fetched after the figures. */
export function DayChart(about: {
  readonly title: string
  readonly days: readonly Day[]
  readonly dayHead: string
  readonly figureHead: string
  readonly lineHead?: string
  readonly show: (figure: number) => string
  /** False where a heading says it already. */
  readonly isTitled?: boolean
}) {
  const words = useWords()
  const { title, days, dayHead, figureHead, lineHead, show, isTitled = true } = about
  const points = useMemo(
    () => ({
      at: days.map(({ day }) => Date.parse(`${day}T00:00:00`)),
      figures: days.map(({ figure }) => figure),
      ...(lineHead === undefined ? {} : { line: days.map(({ line = 0 }) => line) }),
    }),
    [days, lineHead],
  )
  return (
    <figure style={{ margin: 0 }}>
      <figcaption className={isTitled ? 'faint' : 'unseen'}>{title}</figcaption>
      <Suspense fallback={<Waiting />}>
        <Chart points={points} show={show} />
      </Suspense>
      <details>
        <summary className="faint">{words.table}</summary>
        <table>
          <caption className="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{dayHead}</th>
              <th scope="col" className="number">
                {figureHead}
              </th>
              {lineHead !== undefined && (
                <th scope="col" className="number">
                  {lineHead}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(({ day, shown, lineShown }) => (
              <tr key={day}>
                <td>
                  <time>{day}</time>
                </td>
                <td className="number">{shown}</td>
                {lineHead !== undefined && <td className="number">{lineShown}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
