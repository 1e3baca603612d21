/**
 * Keeps the AWS SDK from warning that it will leave this version of Node. Only where no AWS is involved: whoever runs against
 * AWS should see it. Call before the first client is made.
 */
export function quietSdk(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
