import { useEffect } from 'react'
import { useLanguage } from '../../lib/language.tsx'
import { Asked, Empty, Page, Tag, When } from '../../parts/index.ts'
import type { OwnNews } from '../answers.ts'
import { useSeen } from '../use-seen.ts'
import { useWords } from '../words/index.ts'

const SHOWN = 50

/** What the house told everybody; who has seen this page has read it. */
export function AnnouncementsPage() {
  const words = useWords().announcements
  return (
    <Page title={words.title} lead={words.lead} acts={<a href="/status">{words.status}</a>}>
      <Asked<OwnNews> path={`/api/account/announcements?limit=${SHOWN}`}>{(news) => <News news={news} />}</Asked>
    </Page>
  )
}

type One = OwnNews['data'][number]

function News({ news }: { readonly news: OwnNews }) {
  const words = useWords().announcements
  const seen = useSeen()
  const newest = news.unread > 0 ? news.data[0]?.id : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for what is newest, not for each time that the act is made anew
  useEffect(() => {
    if (newest !== undefined) void seen.run(newest)
  }, [newest])
  if (news.data.length === 0) return <Empty>{words.none}</Empty>
  return (
    <ul className="plain-list news">
      {news.data.map((one) => (
        <li key={one.id}>
          <Told one={one} />
        </li>
      ))}
    </ul>
  )
}

function Told({ one }: { readonly one: One }) {
  const words = useWords().announcements
  const { language } = useLanguage()
  return (
    <article>
      <p className="row faint">
        <When at={one.created_at} />
        <Tag kind={one.topic === 'incidents' ? 'bad' : 'todo'}>{words.topics[one.topic]}</Tag>
        {one.model !== null && <code>{one.model}</code>}
        {!one.read && <Tag kind="good">{words.unread}</Tag>}
      </p>
      <h2>{one.title[language]}</h2>
      <p>{one.text[language]}</p>
      {one.effective_at !== null && (
        <p>
          {words.ends} <When at={one.effective_at} isDay />
        </p>
      )}
    </article>
  )
}
