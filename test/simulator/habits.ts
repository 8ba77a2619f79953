import type {Random} from './random'
import {beginning, days, hours, minutes, seconds} from './time'

export type Kind = 'pub' | 'desktop' | 'phone' | 'gone'

/** How peers of one kind live. All times are in ms, the typical ones. */
export interface Habits {
  /** How many of all peers are of this kind. */
  readonly share: number
  /** How long it stays online, and how long it stays away. */
  readonly online: number
  readonly away: number
  /** How long one of its connections to us lasts, and how long it then leaves us alone. */
  readonly visit: number
  readonly pause: number
  /** How often a connection ends without a word: out of the tunnel, out of battery. */
  readonly vanishes: number
  /** How often it goes over to another network while it is connected, and comes back from there: its old link is half-open. */
  readonly roams: number
  /** How often its connection is one that breaks and comes back again and again. */
  readonly flaps: number
  /** Whether it sleeps at night. */
  readonly sleeps: boolean
}

export const habitsOf: Readonly<Record<Kind, Habits>> = {
  pub: {
    share: 0.06,
    online: days(1),
    away: minutes(10),
    visit: minutes(40),
    pause: hours(1),
    vanishes: 0.1,
    roams: 0,
    flaps: 0.02,
    sleeps: false,
  },
  desktop: {
    share: 0.3,
    online: minutes(30),
    away: hours(5),
    visit: minutes(6),
    pause: minutes(8),
    vanishes: 0.15,
    roams: 0.05,
    flaps: 0.03,
    sleeps: true,
  },
  phone: {
    share: 0.54,
    online: minutes(2.5),
    away: hours(1.5),
    visit: minutes(1.5),
    pause: minutes(2),
    vanishes: 0.4,
    roams: 0.3,
    flaps: 0.12,
    sleeps: true,
  },
  // An address in the book that nobody answers at any more.
  gone: {
    share: 0.1,
    online: 0,
    away: Infinity,
    visit: 0,
    pause: 0,
    vanishes: 0,
    roams: 0,
    flaps: 0,
    sleeps: false,
  },
}

/** How long a peer stays online: many for moments, a few for days. */
export function onlineFor({online}: Habits, random: Random): number {
  return Math.min(random.pareto(online / 2, 1.2), days(7))
}

/** How long a peer stays away: longer at night. `zone` is its time zone, in hours. */
export function awayFor({away, sleeps}: Habits, zone: number, now: number, random: Random): number {
  return random.exponential(away) / (sleeps ? activity(now, zone) : 1)
}

export function visitFor({visit}: Habits, random: Random): number {
  return Math.min(random.logNormal(visit, 1.2), days(2))
}

export function pauseFor({pause}: Habits, random: Random): number {
  return seconds(1) + random.exponential(pause)
}

/** How busy people are at this time of their day: from 0.1 at four in the morning to 1 at four in the afternoon. */
export function activity(now: number, zone: number): number {
  const hour = (now - beginning) / hours(1) + zone
  return 0.55 - 0.45 * Math.cos((2 * Math.PI * (hour - 4)) / 24)
}
