import { Asked, Page } from '../../parts/index.ts'
import type { Notifications } from '../answers.ts'
import { AlarmAmounts } from '../notifications/alarm-amounts.tsx'
import { Lately } from '../notifications/lately.tsx'
import { NOTIFICATIONS } from '../notifications/path.ts'
import { TelegramSection } from '../notifications/telegram.tsx'
import { TopicSection } from '../notifications/topics.tsx'
import { Only } from '../only.tsx'
import { useWords } from '../words/index.ts'

/** What somebody is told, by which way, and from which amounts on; and what happened lately. */
export function NotificationsPage() {
  const words = useWords().notifications
  return (
    <Page title={words.title} lead={words.lead}>
      <Lately />
      <Asked<Notifications> path={NOTIFICATIONS}>
        {(settings) => (
          <Only right="run">
            <TopicSection settings={settings} />
            <AlarmAmounts settings={settings} />
            <TelegramSection settings={settings} />
          </Only>
        )}
      </Asked>
    </Page>
  )
}
