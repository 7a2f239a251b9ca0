import type {
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener as ListenerView,
  ModifyListenerInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { hexDigits } from "../../core/random.ts";
import { queryError } from "../errors.ts";
import type { Listener } from "../records.ts";
import type { World } from "../world.ts";
import { fromList, needBalancer, needListener, needTargetGroup } from "./common.ts";

export const listenerOperations = {
  CreateListener(world: World, input: CreateListenerInput): CreateListenerOutput {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    const group = needTargetGroup(world, input.DefaultActions?.[0]?.TargetGroupArn);
    const existing = [...world.listeners.values()].find(
      (listener) => listener.loadBalancerArn === balancer.id && listener.port === input.Port,
    );
    if (existing !== undefined) {
      if (existing.targetGroupArn === group.id) return { Listeners: [listenerView(existing)] };
      throw queryError("DuplicateListener", "A listener already exists on this port for this load balancer");
    }
    const listener: Listener = {
      ...world.birth(
        `${balancer.id.replace(":loadbalancer/", ":listener/")}/${hexDigits(world.random, 16)}`,
        fromList(input.Tags),
      ),
      loadBalancerArn: balancer.id,
      targetGroupArn: group.id,
      port: input.Port ?? 0,
    };
    world.listeners.set(listener.id, listener);
    return { Listeners: [listenerView(listener)] };
  },

  DescribeListeners(world: World, input: DescribeListenersInput): DescribeListenersOutput {
    const balancer = needBalancer(world, input.LoadBalancerArn);
    const found = [...world.listeners.values()].filter(
      (listener) => listener.loadBalancerArn === balancer.id && world.isVisible(listener),
    );
    return { Listeners: found.map(listenerView) };
  },

  ModifyListener(world: World, input: ModifyListenerInput): object {
    const listener = needListener(world, input.ListenerArn);
    const group = needTargetGroup(world, input.DefaultActions?.[0]?.TargetGroupArn);
    listener.targetGroupArn = group.id;
    return { Listeners: [listenerView(listener)] };
  },

  DeleteListener(world: World, input: DeleteListenerInput): object {
    world.listeners.delete(needListener(world, input.ListenerArn).id);
    return {};
  },
};

function listenerView(listener: Listener): ListenerView {
  return {
    ListenerArn: listener.id,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: "TCP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: listener.targetGroupArn }],
  };
}
