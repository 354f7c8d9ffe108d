import { PARTITIONS, parseRoleArn, partitionOfRegion } from '../domain/partitions.ts'
import { INPUTS, type Inputs } from './inputs.ts'

/** By what is wrong and what to do about it: whether it is so. */
type Rules = Readonly<Record<string, boolean>>

/** Inputs that are fine alone but not together: what is wrong with them, and what to do. */
export function contradictions(inputs: Inputs): string[] {
  const rules: Rules = {
    ...rulesOfTime(inputs),
    ...rulesOfAccounts(inputs),
    ...rulesOfRemediation(inputs),
    ...rulesOfShards(inputs),
    ...rulesOfDeclarations(inputs),
  }
  return Object.keys(rules).filter(message => rules[message])
}

/** What saved evidence and an earlier instant rule out. */
function rulesOfTime(inputs: Inputs): Rules {
  const replay = inputs.evidenceFiles.length > 0
  return {
    'as-of: works only with evidence-files, since AWS can only be asked how things are now. Remove it, or name the evidence.':
      inputs.asOf !== null && !replay,
    'evidence-files: saved evidence is evaluated without asking AWS. Remove role-to-assume, or evidence-files.':
      replay && inputs.roleToAssume.length > 0,
    'as-of: issues tell how things are now, and would be rewritten from the past. Remove create-issue, or as-of.':
      inputs.asOf !== null && inputs.createIssue,
    'evidence-files: saved evidence is evaluated without asking AWS. Remove aws-region and audience, or evidence-files.':
      replay && (inputs.awsRegion !== null || inputs.audience !== null),
    'create-issue: is false, so issue-repository, issue-assignees and issue-per do nothing. Set create-issue: true, or remove them.':
      !inputs.createIssue &&
      (inputs.issueRepository !== null ||
        inputs.issueAssignees.length > 0 ||
        inputs.issuePer !== 'repository'),
    'usage: cannot be looked up for saved evidence; evidence of a run with `usage: true` carries it. Remove usage here.':
      replay && inputs.usage,
    'pull-requests: opened from saved evidence alone, so that no job has both access to AWS and a token that writes code. Gather in one job (`shard: 1/1` with output-directory), and set evidence-files and pull-requests in another, without role-to-assume.':
      inputs.pullRequests && !replay,
    'pull-requests: is false, so pull-request-limit does nothing. Set pull-requests: true, or remove it.':
      !inputs.pullRequests && inputs.pullRequestLimit !== Number(INPUTS['pull-request-limit'].default),
    'as-of: pull requests follow how things are now. Remove pull-requests, or as-of.':
      inputs.pullRequests && inputs.asOf !== null,
  }
}

function rulesOfAccounts(inputs: Inputs): Rules {
  const roles = inputs.roleToAssume.flatMap(arn => parseRoleArn(arn) ?? [])
  const accounts = roles.map(role => role.account)
  const twice = accounts.find((account, index) => accounts.indexOf(account) !== index)
  const region = inputs.awsRegion
  const foreign = region ? roles.find(role => role.partition !== partitionOfRegion(region)) : undefined
  return {
    'organization-role-name: needs exactly one role-to-assume, the hub role that may list the accounts of the organization.':
      inputs.organizationRoleName !== null && roles.length !== 1,
    'exclude-accounts: applies to an organization audit. Set organization-role-name, or remove it.':
      inputs.excludeAccounts.length > 0 && inputs.organizationRoleName === null,
    'role-to-assume: names two roles of one account. Name one role for each account.': twice !== undefined,
    [`aws-region: ${region} is not in the partition ${foreign?.partition} of role-to-assume. Use a region such as ${foreign ? PARTITIONS[foreign.partition].defaultRegion : ''}, or leave it out.`]:
      foreign !== undefined,
  }
}

function rulesOfRemediation({ remediation, remediationRole, ...inputs }: Inputs): Rules {
  const { roleToAssume, organizationRoleName } = inputs
  const roles = remediationRole.flatMap(arn => parseRoleArn(arn) ?? [])
  const named = roles.length < remediationRole.length
  const placeOf = ({ partition, account }: (typeof roles)[number]) => `${partition} ${account}`
  const audited = roleToAssume.flatMap(arn => parseRoleArn(arn) ?? []).map(placeOf)
  const auditing = (role: string) =>
    roleToAssume.includes(role) || role.slice(role.lastIndexOf('/') + 1) === organizationRoleName
  return {
    [`remediation: ${remediation} needs keys that were looked at live. Remove evidence-files, as-of and verify-keys: none.`]:
      remediation !== 'none' && (inputs.evidenceFiles.length > 0 || inputs.verifyKeys === 'none'),
    'remediation: apply changes keys through a role of its own, never through the one that audits. Set remediation-role (setup/remediation.yaml makes such a role), or remediation: plan.':
      remediation === 'apply' && roleToAssume.length > 0 && remediationRole.length === 0,
    'remediation-role: remediation is none, so it does nothing. Set remediation: plan or apply, or remove it.':
      remediation === 'none' && remediationRole.length > 0,
    'remediation-role: one name stands for the role in every account of an organization (organization-role-name). Give that one name there, and everywhere else ARNs, one for each account.':
      named && (organizationRoleName === null || remediationRole.length > 1),
    'remediation-role: names two roles of one account. Name one role for each account.':
      new Set(roles.map(placeOf)).size < roles.length,
    'remediation-role: names a role in an account that role-to-assume does not audit. Remove it, or name a role of that account in role-to-assume.':
      organizationRoleName === null &&
      roleToAssume.length > 0 &&
      roles.some(role => !audited.includes(placeOf(role))),
    'remediation-role: is the role that audits. Name another one, which may do nothing but change keys.':
      remediationRole.some(auditing),
  }
}

function rulesOfShards(inputs: Inputs): Rules {
  return {
    'shard: gathers from AWS, so it cannot be combined with evidence-files. The last job takes evidence-files of all shards, and no shard.':
      inputs.shard !== null && inputs.evidenceFiles.length > 0,
    'shard: writes evidence for a later job. Set output-directory, and upload it as an artifact.':
      inputs.shard !== null && inputs.outputDirectory === null,
    'shard: only gathers evidence. Set create-issue and remediation in the job that evaluates all shards.':
      inputs.shard !== null && (inputs.createIssue || inputs.remediation !== 'none'),
  }
}

function rulesOfDeclarations(inputs: Inputs): Rules {
  const { declarationsOnly, declarationsFrom } = inputs
  const audits =
    inputs.roleToAssume.length > 0 ||
    inputs.evidenceFiles.length > 0 ||
    inputs.shard !== null ||
    inputs.createIssue ||
    inputs.remediation !== 'none' ||
    declarationsFrom !== null
  return {
    'declarations-only: reads the checkout and audits nothing. Remove role-to-assume, evidence-files, shard, create-issue, remediation and declarations-from; the repository that audits sets them.':
      declarationsOnly && audits,
    'declarations-only: writes declarations.json for the audit. Set output-directory, and upload it as an artifact.':
      declarationsOnly && inputs.outputDirectory === null,
    'shard: only gathers evidence. Set declarations-from in the job that evaluates all shards.':
      inputs.shard !== null && declarationsFrom !== null,
  }
}
