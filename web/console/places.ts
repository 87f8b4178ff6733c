import type { OperatorRight } from '../../src/operators/index.ts'
import type { PlaceGroup } from '../parts/index.ts'
import type { en } from './words/frame.ts'

/** The places of the console that somebody may go to. */
export function placesOf({ groups, places }: (typeof en)['frame'], may: (right: OperatorRight) => boolean): readonly PlaceGroup[] {
  return [
    { places: [{ to: '/', name: places.overview, key: 'o' }] },
    {
      name: groups.people,
      places: [
        { to: '/accounts', name: places.accounts, key: 'a' },
        { to: '/support', name: places.support, key: 's' },
        { to: '/requests', name: places.requests, key: 'r' },
        { to: '/erasures', name: places.erasures, key: 'q' },
        { to: '/alarms', name: places.alarms, key: 'k' },
      ],
    },
    {
      name: groups.money,
      places: [
        { to: '/waiting', name: places.waiting, key: 'w' },
        { to: '/refunds', name: places.refunds, key: 'x' },
        { to: '/codes', name: places.codes, key: 'c' },
        { to: '/books', name: places.books, key: 'b' },
      ],
    },
    {
      name: groups.service,
      places: [
        { to: '/upstreams', name: places.upstreams, key: 'u' },
        { to: '/models', name: places.models, key: 'm' },
        { to: '/prices', name: places.prices, key: 'z' },
        { to: '/plans', name: places.plans, key: 'p' },
        { to: '/incidents', name: places.incidents, key: 'i' },
      ],
    },
    {
      name: groups.house,
      places: [
        { to: '/setup', name: places.setup, key: 'f' },
        { to: '/announcements', name: places.announcements, key: 'n' },
        { to: '/letters', name: places.letters, key: 'e' },
        { to: '/policy', name: places.policy, key: 'y' },
        { to: '/transparency', name: places.report, key: 'd' },
        { to: '/retention', name: places.retention, key: 'h' },
        { to: '/audit', name: places.audit, key: 'l' },
        ...(may('own') ? [{ to: '/operators', name: places.operators, key: 't' }] : []),
        { to: '/you', name: places.you, key: 'v' },
      ],
    },
  ]
}
