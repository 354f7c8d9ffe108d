/** What IAM accepts. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const USER_NAME = /^[\w+=,.@-]{1,64}$/
