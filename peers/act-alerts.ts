/** The example of alerts: the services of others are a server on this machine. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { World } from '../sandbox/world.ts'
import { act } from './act-run.ts'

/** Two nights of an account with one stale key: each service hears of it once. */
export async function showAlerts(world: World): Promise<string> {
  const { url, received, close } = await startReceiver()
  const secrets = {
    SLACK_WEBHOOK_URL: `${url}/slack`,
    TEAMS_WEBHOOK_URL: `${url}/teams`,
    JIRA_LOGIN: 'octocat@example.com:token',
  }
  const night = async (newStale: string) => {
    received.length = 0
    const variables = { JIRA_URL: url, JIRA_PROJECT: 'SEC' }
    const ended = await act({ example: 'alerts.yml', world, variables, secrets })
    assert.equal(ended.passed, false)
    assert.equal(ended.steps[0]?.outputs['new-stale-count'], newStale, ended.log)
    return received.map(({ path }) => path)
  }
  try {
    assert.deepEqual(await night('1'), ['/slack', '/teams', '/rest/api/2/issue'])
    const [slack, teams, jira] = received.map(({ body }) => JSON.parse(body))
    for (const { body } of received) assert.match(body, /octo-org\/octo-repo\/issues\/1/)
    assert.match(slack.text, /^New stale AWS access keys: 1, in all 1\. /)
    assert.equal(teams.attachments[0].contentType, 'application/vnd.microsoft.card.adaptive')
    assert.match(
      teams.attachments[0].content.actions[0].url,
      /^https?:\/\/\S+\/octo-org\/octo-repo\/actions\/runs\/\d+$/,
    )
    assert.deepEqual(jira.fields.project, { key: 'SEC' })
    assert.deepEqual(await night('0'), [])
    return 'a new stale key is told once in Slack, Teams and Jira'
  } finally {
    close()
  }
}

async function startReceiver() {
  const received: { readonly path: string; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', body: await text(request) })
    response.writeHead(201).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, received, close: () => server.close() }
}
