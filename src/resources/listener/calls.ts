import {
  CreateListenerCommand,
  DeleteListenerCommand,
  ModifyListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { unless } from "../calls.ts";
import type { Calls } from "../resource.ts";
import { toTagList } from "../tags.ts";

export const listenerCalls: Calls<"listener"> = {
  async create(aws, wanted) {
    const made = await aws.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: wanted.spec.loadBalancer,
        Protocol: "TCP",
        Port: wanted.spec.port,
        DefaultActions: [{ Type: "forward", TargetGroupArn: wanted.spec.targetGroup }],
        Tags: toTagList(wanted.tags),
      }),
    );
    return { awsId: made.Listeners?.[0]?.ListenerArn ?? "" };
  },
  async update(aws, live, wanted) {
    await aws.elb.send(
      new ModifyListenerCommand({
        ListenerArn: live.awsId,
        DefaultActions: [{ Type: "forward", TargetGroupArn: wanted.spec.targetGroup }],
      }),
    );
  },
  async remove(aws, live) {
    await unless(["ListenerNotFound*"], aws.elb.send(new DeleteListenerCommand({ ListenerArn: live.awsId })));
  },
};
