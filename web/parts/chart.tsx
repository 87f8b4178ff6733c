import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import { onThemeChange } from '../lib/theme.ts'

/** What is drawn, for drawing alone: days or times in milliseconds since 1970, figures for bars, and others of the same unit for a line. */
export type Points = { readonly at: readonly number[]; readonly figures: readonly number[]; readonly line?: readonly number[] }

const HEIGHT = 220

/** Bars over days from zero on; the page has the same as a table, so it is hidden from those who listen. */
export function Chart({ points, show }: { readonly points: Points; readonly show: (figure: number) => string }) {
  const place = useRef<HTMLDivElement>(null)
  // What is drawn has the colours of the theme in which it was; each theme is drawn anew.
  const [drawing, setDrawing] = useState(0)
  useEffect(() => onThemeChange(() => setDrawing((count) => count + 1)), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours, which are read from the page
  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const colour = (name: string) => getComputedStyle(parent).getPropertyValue(name)
    const axis = {
      stroke: resolved(parent, '--faint'),
      grid: { stroke: resolved(parent, '--line'), width: 1, dash: [2, 4] },
      ticks: { show: false },
    }
    const bars = uPlot.paths.bars?.({ size: [0.7, 48] })
    const chart = new uPlot(
      {
        width: parent.clientWidth,
        height: HEIGHT,
        cursor: { y: false },
        legend: { show: false },
        scales: { y: { range: (_chart, _min, max) => [0, max === 0 ? 1 : max * 1.08] } },
        axes: [
          { ...axis, font: `12px ${colour('--mono')}`, grid: { show: false } },
          { ...axis, font: `12px ${colour('--mono')}`, size: 72, values: (_chart, figures) => figures.map(show) },
        ],
        series: [
          {},
          {
            fill: resolved(parent, '--mark'),
            // Days without anything draw nothing.
            width: 0,
            points: { show: false },
            ...(bars === undefined ? {} : { paths: bars }),
          },
          ...(points.line === undefined ? [] : [{ stroke: resolved(parent, '--ink'), width: 2, points: { show: false } }]),
        ],
      },
      [points.at.map((millis) => millis / 1000), [...points.figures], ...(points.line === undefined ? [] : [[...points.line]])],
      parent,
    )
    const observer = new ResizeObserver(() => chart.setSize({ width: parent.clientWidth, height: HEIGHT }))
    observer.observe(parent)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [points, show, drawing])
  // What was drawn for a wider window makes no page wider until it is drawn anew.
  return <div ref={place} aria-hidden="true" style={{ minHeight: HEIGHT, contain: 'inline-size', overflow: 'hidden' }} />
}

/** The colour that a property comes to in the theme that is shown. */
function resolved(parent: HTMLElement, property: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${property})`
  parent.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
