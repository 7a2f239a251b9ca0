/** Calls to a twin as the wire sees them: without the product's retries and waits, which would hide what AWS says. */
import { codeOf } from "../../src/aws/errors.ts";
import type { ServiceName } from "../../src/aws/services.ts";
import type { Transport } from "../../src/aws/transport.ts";
import { VirtualClock } from "../../src/core/virtual-clock.ts";
import { World, type WorldOptions } from "../../src/twin/world.ts";

/** What an operation answers; tests look into it as they need. */
// biome-ignore lint/suspicious/noExplicitAny: answers of a hundred operations, read by tests alone
type Answer = any;

export class RawTwin {
  readonly clock = new VirtualClock();
  readonly world: World;
  readonly #transport: Transport;

  constructor(options: Omit<WorldOptions, "clock"> = {}) {
    this.world = new World({ eventualConsistency: false, ...options, clock: this.clock });
    this.#transport = this.world.connect();
  }

  call(service: ServiceName, operation: string, input: object, clientToken?: string): Promise<Answer> {
    return this.clock.run(() => this.#transport({ service, operation, input, clientToken }));
  }

  ec2(operation: string, input: object = {}, clientToken?: string): Promise<Answer> {
    return this.call("ec2", operation, input, clientToken);
  }

  elb(operation: string, input: object = {}): Promise<Answer> {
    return this.call("elasticloadbalancing", operation, input);
  }

  iam(operation: string, input: object = {}): Promise<Answer> {
    return this.call("iam", operation, input);
  }

  /** AWS's code and message of the error, or "ok". */
  async refusal(answer: Promise<unknown>): Promise<string> {
    try {
      await answer;
      return "ok";
    } catch (error) {
      return error instanceof Error ? `${codeOf(error)}: ${error.message}` : String(error);
    }
  }

  /** Lets time pass. */
  async pass(seconds: number): Promise<void> {
    await this.clock.run(() => this.clock.sleep(seconds * 1000));
    this.world.catchUp();
  }

  /** A VPC with a public and a private subnet, a gateway, a NAT gateway that is available, and routes. */
  async network() {
    const vpc: string = (await this.ec2("CreateVpc", { CidrBlock: "10.0.0.0/16" })).Vpc.VpcId;
    const subnet = async (CidrBlock: string): Promise<string> =>
      (await this.ec2("CreateSubnet", { VpcId: vpc, CidrBlock, AvailabilityZone: "us-east-1a" })).Subnet.SubnetId;
    const [open, closed] = [await subnet("10.0.0.0/24"), await subnet("10.0.1.0/24")];
    const gateway: string = (await this.ec2("CreateInternetGateway")).InternetGateway.InternetGatewayId;
    await this.ec2("AttachInternetGateway", { InternetGatewayId: gateway, VpcId: vpc });
    const table = async (SubnetId: string): Promise<{ id: string; association: string }> => {
      const id = (await this.ec2("CreateRouteTable", { VpcId: vpc })).RouteTable.RouteTableId;
      return { id, association: (await this.ec2("AssociateRouteTable", { RouteTableId: id, SubnetId })).AssociationId };
    };
    const [openTable, closedTable] = [await table(open), await table(closed)];
    await this.ec2("CreateRoute", {
      RouteTableId: openTable.id,
      DestinationCidrBlock: "0.0.0.0/0",
      GatewayId: gateway,
    });
    const address = (await this.ec2("AllocateAddress")).AllocationId;
    const nat = (await this.ec2("CreateNatGateway", { SubnetId: open, AllocationId: address })).NatGateway.NatGatewayId;
    await this.pass(130);
    await this.ec2("CreateRoute", {
      RouteTableId: closedTable.id,
      DestinationCidrBlock: "0.0.0.0/0",
      NatGatewayId: nat,
    });
    const group = (await this.ec2("CreateSecurityGroup", { VpcId: vpc, GroupName: "nodes", Description: "d" })).GroupId;
    return { vpc, open, closed, gateway, openTable, closedTable, address, nat, group };
  }

  /** An instance in a subnet, running. */
  async instance(SubnetId: string, group: string, more: object = {}): Promise<string> {
    const answer = await this.ec2("RunInstances", {
      MinCount: 1,
      MaxCount: 1,
      ImageId: [...this.world.images].find(([, image]) => !image.arm)?.[0],
      InstanceType: "m6i.large",
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, Groups: [group] }],
      ...more,
    });
    await this.pass(30);
    return answer.Instances[0].InstanceId;
  }
}
