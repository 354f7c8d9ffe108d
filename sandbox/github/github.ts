/** GitHub's REST API over the world's repositories. */

import { type Answer, type Call, json } from '../answer.ts'
import type { Identified } from '../sandbox.ts'
import type { World } from '../world.ts'

export function identifyGitHub(call: Call): Identified {
  return { service: 'github', action: `${call.method} ${call.path}`, params: {}, account: null, region: null }
}

export function answerGitHub(_world: World, _url: string, _call: Call): Answer {
  return json(404, { message: 'Not Found' })
}
