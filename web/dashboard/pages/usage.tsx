import { useNavigate } from '@tanstack/react-router'
import { Asked, Page } from '../../parts/index.ts'
import type { DaysUsed } from '../answers.ts'
import { useSearchTexts } from '../search-texts.ts'
import { NAMES, type Range, type UsageSearch } from '../usage/range.ts'
import { dayOf, daysBefore, daysBetween } from '../usage/sums.ts'
import { UsageFilters } from '../usage/usage-filters.tsx'
import { UsageShown } from '../usage/usage-shown.tsx'
import { useWords } from '../words/index.ts'

const KEPT_DAYS = 90

/** What was used, day by day, by model and key. */
export function UsagePage() {
  const words = useWords().usage
  const search = useSearchTexts(NAMES)
  const navigate = useNavigate()
  const range = rangeOf(search, dayOf(Date.now()))
  const change = (changed: UsageSearch) =>
    void navigate({ to: '.', search: withoutEmpty({ ...search, ...changed }) as never, replace: true })
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<DaysUsed> path={`/api/usage/by-day?startDate=${range.before ?? range.from}&endDate=${range.to}`}>
        {(used) => (
          <>
            <UsageFilters search={search} range={range} used={used.days} onChange={change} />
            <UsageShown search={search} range={range} used={used.days} onChange={change} />
          </>
        )}
      </Asked>
    </Page>
  )
}

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))

/** The days that an address asks for; the last 30 where it asks for none. */
function rangeOf({ days, from, to }: UsageSearch, today: string): Range {
  const last = isDay(to) ? to : today
  const count = days === '7' || days === '90' ? Number(days) : 30
  const asked = isDay(from) && from <= last ? from : daysBefore(last, count - 1)
  const whole = daysBetween(asked, last)
  const [first = last] = whole
  const before = daysBefore(first, whole.length)
  return { from: first, to: last, days: whole, before: before >= daysBefore(today, KEPT_DAYS - 1) ? before : undefined }
}

const withoutEmpty = (search: UsageSearch): UsageSearch =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      // A number is written without quotes.
      value === undefined || value === '' ? [] : [[name, name === 'days' ? Number(value) : value]],
    ),
  )
