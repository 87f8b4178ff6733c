import { Link } from '@tanstack/react-router'
import { useLanguage } from '../lib/language.tsx'
import { useAsked } from '../parts/index.ts'
import type { OwnAlert, OwnNews } from './answers.ts'
import { CompanyBanners } from './company-banner.tsx'
import { Confined } from './confined.tsx'
import { useSession } from './session.tsx'
import { useSeen } from './use-seen.ts'
import { useWords } from './words/index.ts'

const EVERY_MS = 60_000

/** What is to be known on every page: a key that was found in public, and the newest announcement that is not read. */
export function Banners() {
  const words = useWords().announcements
  const { data: alerts } = useAsked<readonly OwnAlert[]>('/api/account/alerts', { everyMs: EVERY_MS })
  const { data: news } = useAsked<OwnNews>('/api/account/announcements?limit=1', { everyMs: EVERY_MS })
  const leaked = alerts?.find(({ kind, seen }) => kind === 'key.leaked' && !seen)
  const newest = news?.data[0]
  const isNew = newest !== undefined && news !== undefined && news.unread > 0 && !newest.read
  const { accounts, confined_to: confined } = useSession()
  const isAsked = accounts.some(({ sign_on: issuer }) => issuer !== null)
  if (leaked === undefined && !isNew && !isAsked && confined === null) return null
  return (
    <aside className="banners" aria-label={words.region}>
      {leaked !== undefined && (
        <div className="banner loss">
          <span>{words.leaked(leaked.keyHint ?? '')}</span>
          <Link to="/dashboard/notifications">{words.leakedDo}</Link>
        </div>
      )}
      {confined !== null && (
        <div className="banner">
          <Confined />
        </div>
      )}
      {isAsked && <CompanyBanners />}
      {isNew && <NewsBanner newest={newest} unread={news.unread} />}
    </aside>
  )
}

function NewsBanner({ newest, unread }: { readonly newest: OwnNews['data'][number]; readonly unread: number }) {
  const words = useWords().announcements
  const { language } = useLanguage()
  const seen = useSeen()
  return (
    <div className="banner">
      <span>
        <strong>{newest.title[language]}</strong> {unread > 1 && <span className="faint">{words.more(unread - 1)}</span>}
      </span>
      <span className="row">
        <Link to="/dashboard/announcements">{words.read}</Link>
        <button type="button" className="plain" disabled={seen.isRunning} onClick={() => void seen.run(newest.id)}>
          {words.dismiss}
        </button>
      </span>
    </div>
  )
}
