import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { showCount } from '../../lib/money.ts'
import { Empty, Failed, List, Money, Page, useAsked, usePartWords, Waiting, When } from '../../parts/index.ts'
import type { OwnCall, OwnKey } from '../answers.ts'
import { Bill } from '../requests/bill.tsx'
import { CallFilters } from '../requests/call-filters.tsx'
import { type CallFilter, useCallLog } from '../requests/call-log.ts'
import { OutcomeTag } from '../requests/outcome-tag.tsx'
import { useSearchTexts } from '../search-texts.ts'
import { useWords } from '../words/index.ts'

/** What the address of the page says: which calls, and whose bill is open. */
export type RequestsSearch = CallFilter & { readonly open?: string }

/** Every call as it was settled, as it comes in; each opens its bill. */
export function RequestsPage() {
  const words = useWords().requests
  const { open, ...filter } = useSearchTexts(['keyId', 'model', 'outcome', 'day', 'member', 'open'])
  const navigate = useNavigate()
  const [isLive, setLive] = useState(true)
  const isOnTop = useOnTop()
  const log = useCallLog(filter, isLive && isOnTop)
  const go = (search: RequestsSearch) => void navigate({ to: '.', search: search as never })
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <label className="choice" title={isOnTop ? words.liveHelp : words.paused}>
          <input type="checkbox" checked={isLive} onChange={() => setLive(!isLive)} />
          {words.live}
        </label>
      }
    >
      <CallFilters filter={filter} calls={log.calls ?? []} onChange={go} />
      {log.error !== null && log.error !== undefined && <Failed error={log.error} />}
      {log.calls === undefined ? (
        (log.error === null || log.error === undefined) && <Waiting />
      ) : (
        <Calls {...log} calls={log.calls} filter={filter} onOpen={(id) => go({ ...filter, open: id })} />
      )}
      {open !== undefined && <Bill id={open} call={log.calls?.find(({ request_id: id }) => id === open)} onClose={() => go(filter)} />}
    </Page>
  )
}

/** Whether the top of the page is in view. */
function useOnTop(): boolean {
  const [isOnTop, setOnTop] = useState(true)
  useEffect(() => {
    const look = () => setOnTop(window.scrollY < window.innerHeight / 2)
    window.addEventListener('scroll', look, { passive: true })
    return () => window.removeEventListener('scroll', look)
  }, [])
  return isOnTop
}

function Calls(about: {
  readonly calls: readonly OwnCall[]
  readonly filter: CallFilter
  readonly hasMore: boolean
  readonly isReading: boolean
  readonly searchedTo: string | undefined
  readonly readMore: () => Promise<void>
  readonly onOpen: (id: string) => void
}) {
  const words = useWords().requests
  const parts = usePartWords()
  const { data: keys } = useAsked<readonly OwnKey[]>('/api/keys')
  const { calls, filter, hasMore, isReading, searchedTo, readMore, onOpen } = about
  const isFiltered = Object.values(filter).some((one) => one !== undefined)
  if (calls.length === 0)
    return searchedTo === undefined ? (
      <NoCalls isFiltered={isFiltered} />
    ) : (
      <Searching to={searchedTo} isReading={isReading} onMore={readMore} />
    )
  const nameOf = (id: string) => keys?.find((key) => key.id === id)?.name ?? `${id.slice(0, 8)}…`
  return (
    <>
      <List
        caption={words.title}
        entries={calls}
        keyOf={({ request_id: id }) => id}
        onOpen={({ request_id: id }) => onOpen(id)}
        columns={[
          { head: words.at, cell: (call) => <When at={call.at} isExact /> },
          { head: words.model, cell: (call) => <span className="clip">{call.model}</span> },
          { head: words.key, isMinor: true, cell: (call) => <span className="clip">{nameOf(call.key_id)}</span> },
          { head: words.outcome, cell: (call) => <OutcomeTag call={call} /> },
          { head: words.tokensIn, isNumber: true, isMinor: true, cell: (call) => showCount(tokensIn(call)) },
          { head: words.tokensOut, isNumber: true, isMinor: true, cell: (call) => showCount(tokensOut(call)) },
          { head: words.took, isNumber: true, isMinor: true, cell: (call) => words.ms(call.latency_ms) },
          { head: words.cost, isNumber: true, cell: (call) => (call.covered === null ? <Money usd={call.cost} /> : words.byPlan) },
          { head: words.acts, isActs: true, cell: (call) => <OpenBill onOpen={() => onOpen(call.request_id)} /> },
        ]}
      />
      {searchedTo !== undefined && <Searching to={searchedTo} isReading={isReading} onMore={readMore} />}
      <div className="row">
        {searchedTo !== undefined ? null : hasMore ? (
          <button type="button" disabled={isReading} onClick={() => void readMore()}>
            {isReading ? parts.loading : words.older}
          </button>
        ) : (
          <span className="faint">{isFiltered ? words.endLike : words.end}</span>
        )}
      </div>
    </>
  )
}

const tokensIn = ({ tokens }: OwnCall): number =>
  tokens.input +
  tokens.cached_read +
  tokens.cache_write_5m +
  tokens.cache_write_1h +
  (tokens.image_input ?? 0) +
  (tokens.audio_input ?? 0) +
  (tokens.embedding ?? 0)
const tokensOut = ({ tokens }: OwnCall): number => tokens.output + (tokens.image_output ?? 0) + (tokens.audio_output ?? 0)

/** How far back a search for rare calls has come, and how it goes on. */
function Searching({ to, isReading, onMore }: { readonly to: string; readonly isReading: boolean; readonly onMore: () => Promise<void> }) {
  const words = useWords().requests
  return (
    <div className="row" role="status">
      <span className="faint">
        {words.searchedTo} <When at={to} />
      </span>
      {isReading ? (
        <Waiting />
      ) : (
        <button type="button" onClick={() => void onMore()}>
          {words.searchOn}
        </button>
      )}
    </div>
  )
}

function OpenBill({ onOpen }: { readonly onOpen: () => void }) {
  const words = useWords().requests
  return (
    <button
      type="button"
      className="plain"
      onClick={(event) => {
        event.stopPropagation()
        onOpen()
      }}
    >
      {words.acts}
    </button>
  )
}

function NoCalls({ isFiltered }: { readonly isFiltered: boolean }) {
  const words = useWords().requests
  if (isFiltered) return <Empty>{words.noneLike}</Empty>
  return (
    <Empty>
      <span>{words.none}</span>
      <a className="button" href="/dashboard/setup">
        {words.setUp}
      </a>
    </Empty>
  )
}
