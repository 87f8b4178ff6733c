import { Link } from '@tanstack/react-router'
import { showCount } from '../../lib/money.ts'
import { Asked, Empty, List, Notice, Page, Section, Tag, When } from '../../parts/index.ts'
import type { Hold, ListOf, Upstream } from '../answers.ts'
import { useWords } from '../words/index.ts'

const EVERY_MS = 5_000
const PERCENT = 100
type Health = NonNullable<Upstream['health']>

/** The places that answer calls, and how each does. */
export function UpstreamsPage() {
  const words = useWords().upstreams
  return (
    <Page title={words.title} lead={words.lead} acts={<Link to="/books">{words.reports}</Link>}>
      <Asked<ListOf<Upstream>> path="/operator/v1/upstreams" everyMs={EVERY_MS}>
        {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : data.map((one) => <OneUpstream key={one.id} upstream={one} />))}
      </Asked>
    </Page>
  )
}

function OneUpstream({ upstream }: { readonly upstream: Upstream }) {
  const words = useWords().upstreams
  const { health, privacy } = upstream
  return (
    <Section title={upstream.id} acts={<State state={health?.state ?? 'unknown'} />}>
      <p className="faint">
        {upstream.kind} · <code>{upstream.base_url}</code> · {words.placements[upstream.placement] ?? upstream.placement} ·{' '}
        {upstream.has_key_pool ? words.pool : upstream.has_key ? words.oneKey : words.noKey} · {privacy.country ?? words.noCountry} ·{' '}
        {privacy.retention === undefined ? words.noRetention : words.retention(privacy.retention)}
      </p>
      {upstream.held !== null && <Held hold={upstream.held} />}
      {health !== null && health.state !== 'closed' && <Trouble health={health} />}
      {health !== null && health.routes.length > 0 && <Routes upstream={upstream} health={health} />}
      {health !== null && health.keys.length > 1 && <Keys upstream={upstream} health={health} />}
    </Section>
  )
}

/** That no call goes to a provider yet, and until when. */
function Held({ hold }: { readonly hold: Hold }) {
  const words = useWords().upstreams
  return (
    <Notice kind="todo">
      <span>
        {words.held} {hold.until === null ? words.heldSoon : <When at={hold.until} isDay />}. <Link to="/policy">{words.heldWhy}</Link>
      </span>
    </Notice>
  )
}

function State({ state }: { readonly state: Health['state'] | 'unknown' }) {
  const words = useWords().upstreams
  const kinds = { closed: 'good', 'half-open': 'todo', open: 'bad', unknown: undefined } as const
  const kind = kinds[state]
  return <Tag {...(kind === undefined ? {} : { kind })}>{words.states[state]}</Tag>
}

function Trouble({ health }: { readonly health: Health }) {
  const words = useWords().upstreams
  return (
    <Notice kind={health.state === 'open' ? 'loss' : 'todo'}>
      <span>
        {words.trouble}: {words.troubles[health.last_trouble]}
        {health.open_until !== null && (
          <>
            {' '}
            · {words.triedAt} <When at={health.open_until} />
          </>
        )}
      </span>
    </Notice>
  )
}

type AboutHealth = { readonly upstream: Upstream; readonly health: Health }

function Routes({ upstream, health }: AboutHealth) {
  const words = useWords().upstreams
  return (
    <List
      caption={words.routesOf(upstream.id)}
      entries={health.routes}
      keyOf={({ model, upstream_model: name }) => `${model} ${name}`}
      columns={[
        { head: words.model, cell: ({ model }) => <code>{model}</code> },
        { head: words.calledThere, cell: (route) => <code>{route.upstream_model}</code> },
        { head: words.state, cell: ({ state }) => <State state={state} /> },
        { head: words.inFlight, isNumber: true, cell: (route) => showCount(route.in_flight) },
        { head: words.latency, isNumber: true, cell: (route) => (route.attempts === 0 ? '–' : `${showCount(route.latency_ms)} ms`) },
        {
          head: words.failed,
          isNumber: true,
          cell: ({ attempts, failures }) => (attempts === 0 ? '–' : `${((failures / attempts) * PERCENT).toFixed(1)} %`),
        },
        { head: words.trouble, cell: (route) => words.troubles[route.last_trouble] },
      ]}
    />
  )
}

function Keys({ upstream, health }: AboutHealth) {
  const words = useWords().upstreams
  return (
    <List
      caption={words.keysOf(upstream.id)}
      entries={health.keys}
      keyOf={({ key }) => String(key)}
      columns={[
        { head: words.key, cell: ({ key }) => words.keyNumber(key + 1) },
        { head: words.state, cell: ({ state }) => <State state={state} /> },
        { head: words.inFlight, isNumber: true, cell: (key) => showCount(key.in_flight) },
        { head: words.trouble, cell: (key) => words.troubles[key.last_trouble] },
      ]}
    />
  )
}
