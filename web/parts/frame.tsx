import { Link, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { LANGUAGE_NAMES, LANGUAGES, useLanguage } from '../lib/language.tsx'
import { useShortcuts } from '../lib/shortcuts.ts'
import { readTheme, showTheme, type Theme } from '../lib/theme.ts'
import { Dialog } from './dialog.tsx'
import { Mark } from './mark.tsx'
import { type PlaceGroup, Places } from './places.tsx'
import { useWords } from './words.ts'

/** The frame of an app: who it is of, its places at the side, and at their foot what `foot` has. */
export function Frame(about: {
  readonly brand: string
  readonly part: string
  readonly home: string
  readonly groups: readonly PlaceGroup[]
  readonly go: (to: string) => void
  readonly foot: ReactNode
  /** What stands above the places, on a phone too. */
  readonly above?: ReactNode
  /** What is to be known on every page; it stands at the lower edge, so that nothing moves when it comes. */
  readonly banner?: ReactNode
  readonly children: ReactNode
}) {
  const { brand, part, home, groups, go, foot, above, banner, children } = about
  const words = useWords()
  const [isOpen, setOpen] = useState(false)
  const [isHelp, setHelp] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu and begins at its top
  useEffect(() => {
    setOpen(false)
    window.scrollTo(0, 0)
  }, [path])
  const goTo = Object.fromEntries(
    groups.flatMap(({ places }) => places.flatMap(({ to, key }) => (key === undefined ? [] : [[key, () => go(to)] as const]))),
  )
  useShortcuts({ goTo, showHelp: useCallback(() => setHelp(true), []) })
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className={`rail ${isOpen ? 'open' : ''}`}>
        <Link to={home} className="brand">
          <Mark />
          <span>
            {brand} <small>{part}</small>
          </span>
        </Link>
        <button type="button" className="menu" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {words.menu}
        </button>
        {above !== undefined && <div className="above">{above}</div>}
        <Places label={part} groups={groups} path={path} home={home} />
        <div className="foot">
          {foot}
          <Looks />
        </div>
      </header>
      {banner === undefined ? (
        children
      ) : (
        <div className="inside">
          {children}
          {banner}
        </div>
      )}
      {isHelp && <KeysHelp groups={groups} onClose={() => setHelp(false)} />}
    </div>
  )
}

/** Language and theme. */
export function Looks() {
  const words = useWords()
  const { language, choose } = useLanguage()
  const [theme, setTheme] = useState(readTheme)
  const next: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }
  const other = LANGUAGES.find((one) => one !== language) ?? 'en'
  return (
    <div className="row">
      <button type="button" className="plain" lang={other === 'zh' ? 'zh-Hans' : 'en'} onClick={() => choose(other)}>
        {LANGUAGE_NAMES[other]}
      </button>
      <button
        type="button"
        className="plain"
        onClick={() => {
          showTheme(next[theme])
          setTheme(next[theme])
        }}
      >
        {words.theme}: {words.themes[theme]}
      </button>
    </div>
  )
}

function KeysHelp({ groups, onClose }: { readonly groups: readonly PlaceGroup[]; readonly onClose: () => void }) {
  const words = useWords()
  const places = groups.flatMap((group) => group.places).filter(({ key }) => key !== undefined)
  return (
    <Dialog title={words.keys} onClose={onClose}>
      <dl className="roll">
        <div>
          <dt>{words.search}</dt>
          <dd>
            <kbd>/</kbd>
          </dd>
        </div>
        {places.map(({ to, name, key }) => (
          <div key={to}>
            <dt>{name}</dt>
            <dd>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
        <div>
          <dt>{words.keysHelp}</dt>
          <dd>
            <kbd>?</kbd>
          </dd>
        </div>
      </dl>
      <div className="answers">
        <button type="button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </Dialog>
  )
}
