import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Topic } from '../../../src/spec/index.ts'
import { Failed, List, Section, Segments } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutSettings } from './path.ts'
import { useChoices } from './use-choices.ts'

type Way = 'mail' | 'telegram'

/** What is told by which way, and in which language. */
export function TopicSection({ settings }: AboutSettings) {
  const words = useWords().notifications
  const choose = useChoices()
  const { wished, wish } = useWishes((channels) => choose.run({ channels }))
  const offered = { mail: settings.mail.offered, telegram: settings.telegram.boundAt !== null }
  const box = (topic: Topic, way: Way) => (
    <input
      type="checkbox"
      aria-label={words.byWay(words.topics[topic][0], words[way])}
      checked={offered[way] && (wished[way][topic] ?? settings.channels[way][topic]) === true}
      disabled={!offered[way]}
      onChange={(event) => void wish(way, topic, event.target.checked)}
    />
  )
  return (
    <Section title={words.ways}>
      <Segments
        label={words.language}
        value={settings.language ?? ''}
        choices={[
          { value: 'en', shown: 'English' },
          { value: 'zh', shown: '简体中文' },
        ]}
        onChange={(language) => void choose.run({ language })}
      />
      {settings.language === null && <p className="faint">{words.languageOpen}</p>}
      <List
        caption={words.ways}
        entries={Object.keys(words.topics) as Topic[]}
        keyOf={(topic) => topic}
        columns={[
          { head: words.about, cell: (topic) => <About named={words.topics[topic]} /> },
          { head: words.mail, cell: (topic) => box(topic, 'mail') },
          { head: words.telegram, cell: (topic) => box(topic, 'telegram') },
        ]}
      />
      {choose.error !== undefined && <Failed error={choose.error} />}
      <div className="faint">
        {!offered.mail && <p>{words.noMail}</p>}
        {settings.telegram.offered && !offered.telegram && <p>{words.noChat}</p>}
        {settings.webhooks.offered && (
          <p>
            {words.webhooks} <Link to="/dashboard/webhooks">{words.webhooksLink}</Link>
            {words.webhooksMeans}
          </p>
        )}
      </div>
    </Section>
  )
}

type Wished = Readonly<Record<Way, Readonly<Partial<Record<Topic, boolean>>>>>

const NONE: Wished = { mail: {}, telegram: {} }

/** What was ticked and is on its way: it is shown at once, and sent one after the other, so that none is lost however quickly they follow. */
function useWishes(send: (channels: object) => Promise<void>) {
  const [wished, setWished] = useState(NONE)
  const last = useRef(Promise.resolve())
  const waiting = useRef(0)
  const wish = async (way: Way, topic: Topic, isWanted: boolean): Promise<void> => {
    setWished((old) => ({ ...old, [way]: { ...old[way], [topic]: isWanted } }))
    waiting.current += 1
    last.current = last.current.then(() => send({ [way]: { [topic]: isWanted } }))
    await last.current
    waiting.current -= 1
    if (waiting.current === 0) setWished(NONE)
  }
  return { wished, wish }
}

const About = ({ named: [name, means] }: { readonly named: readonly [string, string] }) => (
  <span>
    {name} <span className="faint">– {means}</span>
  </span>
)
