import type {
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import { page } from "./ec2/common.ts";
import { awsError } from "./errors.ts";
import { QUOTAS, type QuotaRecord } from "./quotas.ts";
import type { World } from "./world.ts";

/** At most so many a page (Service Quotas API reference, ListServiceQuotas: MaxResults). */
const MOST_PER_PAGE = 100;

export const serviceQuotasOperations = {
  /** A quota without a value of the account's own is not in the list (Service Quotas API reference, ListServiceQuotas). */
  ListServiceQuotas(world: World, input: ListServiceQuotasRequest): ListServiceQuotasResponse {
    const applied = ofService(input.ServiceCode).flatMap((quota) => {
      const value = world.quotas.get(quota.code);
      return value === undefined ? [] : [view(world, quota, value)];
    });
    return quotaPage(applied, input);
  },

  ListAWSDefaultServiceQuotas(
    world: World,
    input: ListAWSDefaultServiceQuotasRequest,
  ): ListAWSDefaultServiceQuotasResponse {
    return quotaPage(
      ofService(input.ServiceCode).map((quota) => view(world, quota, quota.byDefault)),
      input,
    );
  },
};

function ofService(service: string | undefined): QuotaRecord[] {
  const quotas = QUOTAS.filter((quota) => quota.service === service);
  if (quotas.length === 0) throw awsError("NoSuchResourceException", `The specified service ${service} does not exist`);
  return quotas;
}

function quotaPage(all: readonly ServiceQuota[], input: ListServiceQuotasRequest): ListServiceQuotasResponse {
  const { items, ...rest } = page(all, input, MOST_PER_PAGE);
  return { Quotas: items, ...rest };
}

function view(world: World, { service, code, name }: QuotaRecord, Value: number): ServiceQuota {
  return {
    ServiceCode: service,
    QuotaCode: code,
    QuotaArn: `arn:aws:servicequotas:${world.region}:${world.accountId}:${service}/${code}`,
    QuotaName: name,
    Value,
    Adjustable: true,
    GlobalQuota: false,
  };
}
