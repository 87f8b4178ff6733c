import type { ReactNode } from 'react'
import { lazy, Suspense, useMemo } from 'react'
import { Waiting } from './waiting.tsx'
import { useWords } from './words.ts'

const Chart = lazy(async () => ({ default: (await import('./chart.tsx')).Chart }))

/** One day: `figure` is what is drawn, `shown` what is read. */
export type Day = { readonly day: string; readonly figure: number; readonly shown: ReactNode }

/** A question answered day by day: bars, and a table behind them. The chart is fetched after the figures. */
export function DayChart(about: {
  readonly title: string
  readonly days: readonly Day[]
  readonly dayHead: string
  readonly figureHead: string
  readonly show: (figure: number) => string
  /** False where a heading says it already. */
  readonly isTitled?: boolean
}) {
  const words = useWords()
  const { title, days, dayHead, figureHead, show, isTitled = true } = about
  const points = useMemo(
    () => ({ at: days.map(({ day }) => Date.parse(`${day}T00:00:00`)), figures: days.map(({ figure }) => figure) }),
    [days],
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
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(({ day, shown }) => (
              <tr key={day}>
                <td>
                  <time>{day}</time>
                </td>
                <td className="number">{shown}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
