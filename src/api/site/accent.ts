/** Colours of the accent: of links on light and on dark paper, of the one button, and of the words on it; "#rrggbb". */
export type Accent = { readonly onLight: string; readonly onDark: string; readonly button: string; readonly onButton: string }

type Channels = readonly [red: number, green: number, blue: number]

const INK: Channels = [28, 26, 23]
const WHITE: Channels = [255, 255, 255]
const BLACK: Channels = [0, 0, 0]
/** The darkest of the light grounds and the lightest of the dark ones that links stand on. */
const [LIGHT_GROUND, DARK_GROUND] = [channelsOf('#ece4d3'), channelsOf('#262320')]
/** What text needs against its ground. Source: WCAG 2.2 §1.4.3, w3.org/TR/WCAG22 (2026-11-26). */
export const CONTRAST_MIN = 4.5
const STEPS = 50

/** Amber, where farebox.yaml names no colour. */
export const AMBER = '#ffb000'

/** The accent from one colour: links are made darker or lighter until they can be read on every ground; buttons keep the colour itself. */
export function accentOf(colour: string): Accent {
  const given = channelsOf(colour)
  const dark = contrast(INK, given)
  const words = dark >= CONTRAST_MIN ? INK : contrast(WHITE, given) >= contrast(BLACK, given) ? WHITE : BLACK
  return {
    onLight: spelled(readable(given, { ground: LIGHT_GROUND, towards: BLACK })),
    onDark: spelled(readable(given, { ground: DARK_GROUND, towards: WHITE })),
    button: spelled(given),
    onButton: spelled(words),
  }
}

/** The contrast of two colours, from 1 to 21. Source: WCAG 2.2, "contrast ratio", w3.org/TR/WCAG22/#dfn-contrast-ratio (2026-11-26). */
export const contrastOf = (one: string, other: string): number => contrast(channelsOf(one), channelsOf(other))

type Towards = { readonly ground: Channels; readonly towards: Channels }

/** The first colour on the way from the given one that can be read; the end of the way always can. */
function readable(given: Channels, { ground, towards }: Towards): Channels {
  const way = Array.from({ length: STEPS + 1 }, (_, step) => mixed(given, towards, step / STEPS))
  return way.find((colour) => contrast(colour, ground) >= CONTRAST_MIN) ?? towards
}

const mixed = (from: Channels, to: Channels, part: number): Channels => [
  Math.round(from[0] + (to[0] - from[0]) * part),
  Math.round(from[1] + (to[1] - from[1]) * part),
  Math.round(from[2] + (to[2] - from[2]) * part),
]

function contrast(one: Channels, other: Channels): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance([red, green, blue]: Channels): number {
  const linear = (channel: number): number => {
    const part = channel / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function channelsOf(colour: string): Channels {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return [red, green, blue]
}

const spelled = (channels: Channels): string => `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
