// The names that are beside the class: as values, and as types.
import ConnHub, {ConnHubError} from 'ssb-conn-hub'

export class TalkativeHub extends ConnHub {}

export function codeOf(error: unknown): string | undefined {
  const known: ConnHubError | undefined = error instanceof ConnHubError ? error : undefined
  const same: ConnHub.ConnHubError | undefined = error instanceof ConnHub.ConnHubError ? error : undefined
  return known?.code || same?.message
}

export const isHub = (value: unknown): value is ConnHub => value instanceof ConnHub
