import { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } from "@aws-sdk/client-service-quotas";
import type { Aws } from "../aws/clients.ts";

/** What an account may have of something. */
export interface Limit {
  value: number;
  /** The account has no value of its own: this is what AWS gives everybody. */
  isDefault: boolean;
}

interface QuotaPage {
  Quotas?: readonly { QuotaCode?: string | undefined; Value?: number | undefined }[] | undefined;
  NextToken?: string | undefined;
}

/**
 * The limits behind these codes of one service: the applied ones, and the defaults of those that were never applied (Service
 * Quotas leaves them out of its list). A list takes fewer calls than asking for each, and it is read no further than needed.
 */
export async function readLimits(aws: Aws, service: string, codes: readonly string[]): Promise<Map<string, Limit>> {
  const client = await aws.serviceQuotas();
  const limits = new Map<string, Limit>();
  const read = async (isDefault: boolean, list: (next: object) => Promise<QuotaPage>): Promise<void> => {
    for (let token: string | undefined, more = true; more && codes.some((code) => !limits.has(code)); ) {
      const answer = await list(token === undefined ? {} : { NextToken: token });
      for (const { QuotaCode = "", Value } of answer.Quotas ?? []) {
        if (codes.includes(QuotaCode) && !limits.has(QuotaCode) && Value !== undefined)
          limits.set(QuotaCode, { value: Value, isDefault });
      }
      token = answer.NextToken;
      more = token !== undefined;
    }
  };
  const page = { ServiceCode: service, MaxResults: 100 };
  await read(false, (next) => client.send(new ListServiceQuotasCommand({ ...page, ...next })));
  await read(true, (next) => client.send(new ListAWSDefaultServiceQuotasCommand({ ...page, ...next })));
  return limits;
}
