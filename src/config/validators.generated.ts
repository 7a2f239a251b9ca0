// Made from schemas/ by `npm run generate`, with Ajv; edit the schemas instead.
// @ts-nocheck: it is JavaScript
import { FORMATS, lengthOf } from "./schema-parts.ts";

export const Cluster = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"cluster.schema.json","title":"Cluster","description":"One Kubernetes cluster on AWS: where it lives, what it is built from, and its pools of nodes. What this document says is what should be; Slipway makes AWS follow.","type":"object","additionalProperties":false,"required":["apiVersion","kind","metadata","spec"],"properties":{"$schema":{"type":"string","description":"Where editors find this schema. Slipway does not read it.","examples":["../schemas/slipway.schema.json"]},"apiVersion":{"const":"slipway/v1","description":"The version of this format.","examples":["slipway/v1"]},"kind":{"const":"Cluster","description":"Tells this document from profiles and accounts.","examples":["Cluster"]},"metadata":{"type":"object","description":"What the cluster is called, and what is said about it.","examples":[{"name":"prod","description":"Production, Virginia","tags":{"team":"platform"}}],"additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$","description":"The cluster's identity, with account and region: lower-case letters, digits and hyphens, at most 40 characters. It never changes; another name is another cluster.","examples":["prod"]},"description":{"type":"string","maxLength":500,"description":"What the cluster is for. It is shown in plans and stays in this file.","examples":["Production, Virginia"]},"tags":{"type":"object","description":"Tags for everything in AWS that can be tagged, volumes and network interfaces too. At most 35; a change is made in place and rolls nothing. Keys of AWS, Kubernetes and Slipway itself are taken.","examples":[{"team":"platform","cost-center":"4711"}],"default":{},"maxProperties":35,"propertyNames":{"pattern":"^[A-Za-z0-9 +=._:/@-]{1,128}$"},"additionalProperties":{"type":"string","pattern":"^[A-Za-z0-9 +=._:/@-]{0,256}$","description":"The tag's value: at most 256 letters, digits, spaces and + - = . _ : / @.","examples":["platform"]}}}},"spec":{"type":"object","description":"What should be.","examples":[{"profile":"standard@1.2.0","account":"production","region":"us-east-1","sshKeyName":"ops","apiServer":{"access":"public","allowedCidrs":["203.0.113.0/24"]},"bastion":{"instanceType":"t3.micro","allowedCidrs":["203.0.113.0/24"]},"controlPlane":{"size":3,"instanceType":"m6i.large","zones":["us-east-1a","us-east-1b","us-east-1c"]},"workerPools":[{"name":"default","size":3,"instanceType":"m6i.large","zones":["us-east-1a","us-east-1b"]}]}],"additionalProperties":false,"required":["profile","account","region","apiServer","bastion","controlPlane"],"properties":{"profile":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?@[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$","description":"The ClusterProfile to build from, as `<name>@<version>`.","examples":["standard@1.2.0"]},"overrides":{"type":"object","description":"Changes to the profile for this cluster only, by pack name or by layer. Values are merged deeply and win over the profile's; lists are replaced.","examples":[{"kubernetes":{"values":{"podCidr":"10.200.0.0/16"}}}],"default":{},"additionalProperties":{"type":"object","description":"What differs from the profile's pack.","examples":[{"values":{"podCidr":"10.200.0.0/16"}}],"additionalProperties":false,"properties":{"version":{"type":"string","pattern":"^v?[0-9][0-9A-Za-z.+-]*$","description":"Another version of the pack, quoted.","examples":["3.32.1"]},"values":{"type":"object","description":"Parameters that win over the profile's.","examples":[{"podCidr":"10.200.0.0/16"}],"additionalProperties":true}}}},"account":{"type":"string","minLength":1,"description":"The CloudAccount that the cluster lives in, by name.","examples":["production"]},"region":{"type":"string","pattern":"^[a-z]{2}(-[a-z]+)+-[0-9]$","description":"The AWS region; one of the account's regions. It never changes.","examples":["us-east-1"]},"sshKeyName":{"type":"string","minLength":1,"maxLength":255,"description":"An EC2 key pair that exists in the region, put on the bastion and every node. Required while the bastion is on; a change rolls the nodes.","examples":["ops"]},"placement":{"type":"object","description":"Where the network comes from: `dynamic`, where Slipway makes and deletes a VPC of the cluster's own, or `static`, where it uses yours. The kind never changes.","examples":[{"dynamic":{"vpcCidr":"10.0.0.0/16"}}],"default":{"dynamic":{"vpcCidr":"10.0.0.0/16"}},"additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"dynamic":{"type":"object","description":"A VPC with a public and a private subnet and a NAT gateway for each zone that any pool names.","examples":[{"vpcCidr":"10.0.0.0/16"}],"additionalProperties":false,"properties":{"vpcCidr":{"type":"string","format":"cidr","description":"The VPC's IPv4 block, /16 to /22: one eighth for public subnets, one eighth for each zone's private subnet, so up to 7 zones. It never changes.","examples":["10.0.0.0/16"],"default":"10.0.0.0/16"}}},"static":{"type":"object","description":"A VPC of yours. Subnets, routes and gateways stay yours: Slipway only uses them.","examples":[{"vpcId":"vpc-0a1b2c3d","subnets":[{"zone":"us-east-1a","private":"subnet-0a1b2c3d","public":"subnet-1a2b3c4d"}]}],"additionalProperties":false,"required":["vpcId","subnets"],"properties":{"vpcId":{"type":"string","pattern":"^vpc-[0-9a-f]+$","description":"The VPC's id.","examples":["vpc-0a1b2c3d"]},"subnets":{"type":"array","minItems":1,"description":"One entry a zone, for every zone that a pool names.","examples":[[{"zone":"us-east-1a","private":"subnet-0a1b2c3d","public":"subnet-1a2b3c4d"}]],"items":{"type":"object","description":"The subnets of one zone.","examples":[{"zone":"us-east-1a","private":"subnet-0a1b2c3d"}],"additionalProperties":false,"required":["zone","private"],"properties":{"zone":{"type":"string","minLength":1,"description":"The availability zone.","examples":["us-east-1a"]},"private":{"type":"string","pattern":"^subnet-[0-9a-f]+$","description":"The subnet of the nodes: no route to an internet gateway, but a way out.","examples":["subnet-0a1b2c3d"]},"public":{"type":"string","pattern":"^subnet-[0-9a-f]+$","description":"The subnet of the bastion and of a public API server's load balancer; not needed without them.","examples":["subnet-1a2b3c4d"]}}}},"egressCidrs":{"type":"array","uniqueItems":true,"items":{"type":"string","format":"cidr","description":"An IPv4 block.","examples":["198.51.100.7/32"]},"description":"The public addresses that the nodes reach the internet from (those of your NAT gateways). Needed when the API server is public, since nodes reach it from there.","examples":[["198.51.100.7/32"]],"default":[]}}}}},"apiServer":{"type":"object","description":"Who reaches the Kubernetes API, through the network load balancer in front of the control plane.","examples":[{"access":"public","allowedCidrs":["203.0.113.0/24"]}],"additionalProperties":false,"required":["access"],"properties":{"access":{"enum":["public","private"],"description":"`public`: an internet-facing load balancer that admits `allowedCidrs` and the cluster's own NAT gateways. `private`: an internal one that admits the VPC and `allowedCidrs`. It never changes.","examples":["public"]},"allowedCidrs":{"type":"array","uniqueItems":true,"items":{"type":"string","format":"cidr","description":"An IPv4 block.","examples":["203.0.113.0/24"]},"description":"Who may connect to port 6443. Required when access is public: there is no open default.","examples":[["203.0.113.0/24"]],"default":[]},"certSANs":{"type":"array","uniqueItems":true,"items":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[A-Za-z0-9*.:-]+$","description":"A DNS name or an address.","examples":["api.example.com"]},"description":"Further names that the API server's certificate is valid for.","examples":[["api.example.com"]],"default":[]}}},"bastion":{"type":["object","boolean"],"description":"The one host with a public address, in the first zone's public subnet: the only way to SSH to a node. `false` turns it off.","examples":[{"instanceType":"t3.micro","allowedCidrs":["203.0.113.0/24"]},false],"not":{"const":true},"additionalProperties":false,"required":["allowedCidrs"],"properties":{"instanceType":{"type":"string","pattern":"^[a-z0-9-]+\\.[a-z0-9-]+$","description":"The bastion's instance type.","examples":["t3.micro"],"default":"t3.micro"},"allowedCidrs":{"type":"array","minItems":1,"uniqueItems":true,"items":{"type":"string","format":"cidr","description":"An IPv4 block.","examples":["203.0.113.0/24"]},"description":"Who may connect by SSH. There is no open default.","examples":[["203.0.113.0/24"]]}}},"controlPlane":{"type":"object","description":"The nodes that run the Kubernetes control plane and etcd, in private subnets behind the load balancer. On demand only.","examples":[{"size":3,"instanceType":"m6i.large","zones":["us-east-1a","us-east-1b","us-east-1c"]}],"additionalProperties":false,"required":["size","instanceType","zones"],"properties":{"size":{"enum":[1,3,5],"description":"How many: 1, 3 or 5. It can grow, never shrink.","examples":[3]},"instanceType":{"$ref":"#/$defs/instanceType"},"zones":{"$ref":"#/$defs/zones"},"runsWorkloads":{"type":"boolean","description":"Whether ordinary pods may run on control-plane nodes.","examples":[false],"default":false},"rootVolume":{"$ref":"#/$defs/rootVolume"}}},"workerPools":{"type":"array","maxItems":100,"description":"Pools of worker nodes, each of one shape.","examples":[[{"name":"default","size":3,"instanceType":"m6i.large","zones":["us-east-1a","us-east-1b"]}]],"default":[],"items":{"$ref":"#/$defs/workerPool"}}}}},"$defs":{"instanceType":{"type":"string","pattern":"^[a-z0-9-]+\\.[a-z0-9-]+$","description":"The EC2 instance type of every node of the pool. A change rolls the pool.","examples":["m6i.large"]},"zones":{"type":"array","minItems":1,"uniqueItems":true,"items":{"type":"string","pattern":"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$","description":"An availability zone of the region.","examples":["us-east-1a"]},"description":"The availability zones that the pool's nodes are spread over, as evenly as the size allows.","examples":[["us-east-1a","us-east-1b"]]},"rootVolume":{"type":"object","description":"The nodes' root volume: gp3 and encrypted. A change rolls the pool.","examples":[{"sizeGiB":100}],"default":{"sizeGiB":50},"additionalProperties":false,"properties":{"sizeGiB":{"type":"integer","minimum":20,"maximum":16384,"description":"Size in GiB.","examples":[100],"default":50}}},"count":{"description":"A number of nodes, or a share of the pool's size.","examples":[1,"25%"],"type":["integer","string"],"minimum":0,"maximum":1000,"pattern":"^([0-9]|[1-9][0-9]|100)%$"},"workerPool":{"type":"object","description":"A pool of worker nodes.","examples":[{"name":"default","size":3,"instanceType":"m6i.large","zones":["us-east-1a","us-east-1b"]}],"additionalProperties":false,"required":["name","size","instanceType","zones"],"properties":{"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$","description":"The pool's name, unique in the cluster: lower-case letters, digits and hyphens, at most 40 characters. Another name is another pool.","examples":["default"]},"size":{"type":"integer","minimum":0,"maximum":1000,"description":"How many nodes, 0 to 1000. A change of size alone rolls no node.","examples":[3]},"instanceType":{"$ref":"#/$defs/instanceType"},"zones":{"$ref":"#/$defs/zones"},"spot":{"type":"object","description":"Run on spot instances while their price is low enough. Without it the pool runs on demand.","examples":[{"maxPricePercent":60}],"additionalProperties":false,"required":["maxPricePercent"],"properties":{"maxPricePercent":{"type":"integer","minimum":1,"maximum":100,"description":"The highest price to pay, in percent of the on-demand price of the type in the region. Above it no node is launched; the pool waits.","examples":[60]}}},"zoneFallback":{"type":"boolean","description":"Whether a zone that cannot launch lends its share to the pool's other zones.","examples":[false],"default":false},"labels":{"type":"object","description":"Kubernetes labels of the pool's nodes. A change is made in place.","examples":[{"workload":"gpu"}],"default":{},"propertyNames":{"pattern":"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"},"additionalProperties":{"type":"string","pattern":"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$","description":"The label's value.","examples":["gpu"]}},"taints":{"type":"array","description":"Kubernetes taints of the pool's nodes. A change is made in place.","examples":[[{"key":"nvidia.com/gpu","effect":"NoSchedule"}]],"default":[],"items":{"type":"object","description":"A taint: pods that do not tolerate it stay away.","examples":[{"key":"nvidia.com/gpu","effect":"NoSchedule"}],"additionalProperties":false,"required":["key","effect"],"properties":{"key":{"type":"string","pattern":"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$","description":"The taint's key.","examples":["nvidia.com/gpu"]},"value":{"type":"string","pattern":"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$","description":"The taint's value.","examples":["present"],"default":""},"effect":{"enum":["NoSchedule","PreferNoSchedule","NoExecute"],"description":"What the taint does.","examples":["NoSchedule"]}}}},"rootVolume":{"$ref":"#/$defs/rootVolume"},"rollout":{"type":"object","description":"How nodes are replaced when something changes that they are born with.","examples":[{"maxSurge":1,"maxUnavailable":0,"drainTimeout":"15m"}],"default":{"maxSurge":1,"maxUnavailable":0,"drainTimeout":"15m"},"additionalProperties":false,"properties":{"maxSurge":{"$ref":"#/$defs/count","description":"How many nodes more than the size there may be meanwhile.","default":1},"maxUnavailable":{"$ref":"#/$defs/count","description":"How many nodes fewer than the size may be ready meanwhile.","default":0},"drainTimeout":{"type":"string","pattern":"^([0-9]+h)?([0-9]+m)?([0-9]+s)?$","minLength":2,"description":"How long a node's pods are waited for, PodDisruptionBudgets included, before the roll stops with their names.","examples":["15m"],"default":"15m"}}}}}}};
const schema32 = {"type":"string","pattern":"^[a-z0-9-]+\\.[a-z0-9-]+$","description":"The EC2 instance type of every node of the pool. A change rolls the pool.","examples":["m6i.large"]};
const schema33 = {"type":"array","minItems":1,"uniqueItems":true,"items":{"type":"string","pattern":"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$","description":"An availability zone of the region.","examples":["us-east-1a"]},"description":"The availability zones that the pool's nodes are spread over, as evenly as the size allows.","examples":[["us-east-1a","us-east-1b"]]};
const schema34 = {"type":"object","description":"The nodes' root volume: gp3 and encrypted. A change rolls the pool.","examples":[{"sizeGiB":100}],"default":{"sizeGiB":50},"additionalProperties":false,"properties":{"sizeGiB":{"type":"integer","minimum":20,"maximum":16384,"description":"Size in GiB.","examples":[100],"default":50}}};
const pattern4 = new RegExp("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", "u");
const pattern5 = new RegExp("^[A-Za-z0-9 +=._:/@-]{1,128}$", "u");
const pattern6 = new RegExp("^[A-Za-z0-9 +=._:/@-]{0,256}$", "u");
const pattern7 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?@[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$", "u");
const pattern8 = new RegExp("^v?[0-9][0-9A-Za-z.+-]*$", "u");
const pattern9 = new RegExp("^[a-z]{2}(-[a-z]+)+-[0-9]$", "u");
const pattern10 = new RegExp("^vpc-[0-9a-f]+$", "u");
const pattern11 = new RegExp("^subnet-[0-9a-f]+$", "u");
const pattern13 = new RegExp("^[A-Za-z0-9*.:-]+$", "u");
const pattern14 = new RegExp("^[a-z0-9-]+\\.[a-z0-9-]+$", "u");
const pattern16 = new RegExp("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", "u");
const func1 = lengthOf;
const func2 = Object.prototype.hasOwnProperty;
const formats0 = FORMATS.cidr;
const schema35 = {"type":"object","description":"A pool of worker nodes.","examples":[{"name":"default","size":3,"instanceType":"m6i.large","zones":["us-east-1a","us-east-1b"]}],"additionalProperties":false,"required":["name","size","instanceType","zones"],"properties":{"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$","description":"The pool's name, unique in the cluster: lower-case letters, digits and hyphens, at most 40 characters. Another name is another pool.","examples":["default"]},"size":{"type":"integer","minimum":0,"maximum":1000,"description":"How many nodes, 0 to 1000. A change of size alone rolls no node.","examples":[3]},"instanceType":{"$ref":"#/$defs/instanceType"},"zones":{"$ref":"#/$defs/zones"},"spot":{"type":"object","description":"Run on spot instances while their price is low enough. Without it the pool runs on demand.","examples":[{"maxPricePercent":60}],"additionalProperties":false,"required":["maxPricePercent"],"properties":{"maxPricePercent":{"type":"integer","minimum":1,"maximum":100,"description":"The highest price to pay, in percent of the on-demand price of the type in the region. Above it no node is launched; the pool waits.","examples":[60]}}},"zoneFallback":{"type":"boolean","description":"Whether a zone that cannot launch lends its share to the pool's other zones.","examples":[false],"default":false},"labels":{"type":"object","description":"Kubernetes labels of the pool's nodes. A change is made in place.","examples":[{"workload":"gpu"}],"default":{},"propertyNames":{"pattern":"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"},"additionalProperties":{"type":"string","pattern":"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$","description":"The label's value.","examples":["gpu"]}},"taints":{"type":"array","description":"Kubernetes taints of the pool's nodes. A change is made in place.","examples":[[{"key":"nvidia.com/gpu","effect":"NoSchedule"}]],"default":[],"items":{"type":"object","description":"A taint: pods that do not tolerate it stay away.","examples":[{"key":"nvidia.com/gpu","effect":"NoSchedule"}],"additionalProperties":false,"required":["key","effect"],"properties":{"key":{"type":"string","pattern":"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$","description":"The taint's key.","examples":["nvidia.com/gpu"]},"value":{"type":"string","pattern":"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$","description":"The taint's value.","examples":["present"],"default":""},"effect":{"enum":["NoSchedule","PreferNoSchedule","NoExecute"],"description":"What the taint does.","examples":["NoSchedule"]}}}},"rootVolume":{"$ref":"#/$defs/rootVolume"},"rollout":{"type":"object","description":"How nodes are replaced when something changes that they are born with.","examples":[{"maxSurge":1,"maxUnavailable":0,"drainTimeout":"15m"}],"default":{"maxSurge":1,"maxUnavailable":0,"drainTimeout":"15m"},"additionalProperties":false,"properties":{"maxSurge":{"$ref":"#/$defs/count","description":"How many nodes more than the size there may be meanwhile.","default":1},"maxUnavailable":{"$ref":"#/$defs/count","description":"How many nodes fewer than the size may be ready meanwhile.","default":0},"drainTimeout":{"type":"string","pattern":"^([0-9]+h)?([0-9]+m)?([0-9]+s)?$","minLength":2,"description":"How long a node's pods are waited for, PodDisruptionBudgets included, before the roll stops with their names.","examples":["15m"],"default":"15m"}}}}};
const schema39 = {"description":"A number of nodes, or a share of the pool's size.","examples":[1,"25%"],"type":["integer","string"],"minimum":0,"maximum":1000,"pattern":"^([0-9]|[1-9][0-9]|100)%$"};
const pattern20 = new RegExp("^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", "u");
const pattern21 = new RegExp("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$", "u");
const pattern24 = new RegExp("^([0-9]|[1-9][0-9]|100)%$", "u");
const pattern26 = new RegExp("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", "u");

function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema35.required,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.size === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "size"},message:"must have required property '"+"size"+"'",schema:schema35.required,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.instanceType === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "instanceType"},message:"must have required property '"+"instanceType"+"'",schema:schema35.required,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.zones === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "zones"},message:"must have required property '"+"zones"+"'",schema:schema35.required,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema35.properties, key0))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
const err5 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$",parentSchema:schema35.properties.name,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.name.type,parentSchema:schema35.properties.name,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.size !== undefined){
let data1 = data.size;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err7 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.size.type,parentSchema:schema35.properties.size,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 1000 || isNaN(data1)){
const err8 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema35.properties.size,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data1 < 0 || isNaN(data1)){
const err9 = {instancePath:instancePath+"/size",schemaPath:"#/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema35.properties.size,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
if(data.instanceType !== undefined){
let data2 = data.instanceType;
if(typeof data2 === "string"){
if(!pattern14.test(data2)){
const err10 = {instancePath:instancePath+"/instanceType",schemaPath:"#/$defs/instanceType/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]+\\.[a-z0-9-]+$"},message:"must match pattern \""+"^[a-z0-9-]+\\.[a-z0-9-]+$"+"\"",schema:"^[a-z0-9-]+\\.[a-z0-9-]+$",parentSchema:schema32,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/instanceType",schemaPath:"#/$defs/instanceType/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.type,parentSchema:schema32,data:data2};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.zones !== undefined){
let data3 = data.zones;
if(Array.isArray(data3)){
if(data3.length < 1){
const err12 = {instancePath:instancePath+"/zones",schemaPath:"#/$defs/zones/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema33,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(!pattern16.test(data4)){
const err13 = {instancePath:instancePath+"/zones/" + i0,schemaPath:"#/$defs/zones/items/pattern",keyword:"pattern",params:{pattern: "^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"},message:"must match pattern \""+"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"+"\"",schema:"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$",parentSchema:schema33.items,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/zones/" + i0,schemaPath:"#/$defs/zones/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.items.type,parentSchema:schema33.items,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
let i1 = data3.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data3[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err15 = {instancePath:instancePath+"/zones",schemaPath:"#/$defs/zones/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema33,data:data3};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err16 = {instancePath:instancePath+"/zones",schemaPath:"#/$defs/zones/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.type,parentSchema:schema33,data:data3};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.spot !== undefined){
let data5 = data.spot;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.maxPricePercent === undefined){
const err17 = {instancePath:instancePath+"/spot",schemaPath:"#/properties/spot/required",keyword:"required",params:{missingProperty: "maxPricePercent"},message:"must have required property '"+"maxPricePercent"+"'",schema:schema35.properties.spot.required,parentSchema:schema35.properties.spot,data:data5};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
for(const key1 in data5){
if(!(key1 === "maxPricePercent")){
const err18 = {instancePath:instancePath+"/spot",schemaPath:"#/properties/spot/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema35.properties.spot,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data5.maxPricePercent !== undefined){
let data6 = data5.maxPricePercent;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err19 = {instancePath:instancePath+"/spot/maxPricePercent",schemaPath:"#/properties/spot/properties/maxPricePercent/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.spot.properties.maxPricePercent.type,parentSchema:schema35.properties.spot.properties.maxPricePercent,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 100 || isNaN(data6)){
const err20 = {instancePath:instancePath+"/spot/maxPricePercent",schemaPath:"#/properties/spot/properties/maxPricePercent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema35.properties.spot.properties.maxPricePercent,data:data6};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err21 = {instancePath:instancePath+"/spot/maxPricePercent",schemaPath:"#/properties/spot/properties/maxPricePercent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema35.properties.spot.properties.maxPricePercent,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
}
else {
const err22 = {instancePath:instancePath+"/spot",schemaPath:"#/properties/spot/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.properties.spot.type,parentSchema:schema35.properties.spot,data:data5};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.zoneFallback !== undefined){
let data7 = data.zoneFallback;
if(typeof data7 !== "boolean"){
const err23 = {instancePath:instancePath+"/zoneFallback",schemaPath:"#/properties/zoneFallback/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema35.properties.zoneFallback.type,parentSchema:schema35.properties.zoneFallback,data:data7};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.labels !== undefined){
let data8 = data.labels;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
for(const key2 in data8){
const _errs23 = errors;
if(typeof key2 === "string"){
if(!pattern20.test(key2)){
const err24 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/propertyNames/pattern",keyword:"pattern",params:{pattern: "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"},message:"must match pattern \""+"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"+"\"",schema:"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",parentSchema:schema35.properties.labels.propertyNames,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
var valid7 = _errs23 === errors;
if(!valid7){
const err25 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid",schema:schema35.properties.labels.propertyNames,parentSchema:schema35.properties.labels,data:data8};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
for(const key3 in data8){
let data9 = data8[key3];
if(typeof data9 === "string"){
if(!pattern21.test(data9)){
const err26 = {instancePath:instancePath+"/labels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/labels/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$"},message:"must match pattern \""+"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$"+"\"",schema:"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",parentSchema:schema35.properties.labels.additionalProperties,data:data9};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/labels/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.labels.additionalProperties.type,parentSchema:schema35.properties.labels.additionalProperties,data:data9};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/labels",schemaPath:"#/properties/labels/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.properties.labels.type,parentSchema:schema35.properties.labels,data:data8};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data.taints !== undefined){
let data10 = data.taints;
if(Array.isArray(data10)){
const len1 = data10.length;
for(let i2=0; i2<len1; i2++){
let data11 = data10[i2];
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.key === undefined){
const err29 = {instancePath:instancePath+"/taints/" + i2,schemaPath:"#/properties/taints/items/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'",schema:schema35.properties.taints.items.required,parentSchema:schema35.properties.taints.items,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data11.effect === undefined){
const err30 = {instancePath:instancePath+"/taints/" + i2,schemaPath:"#/properties/taints/items/required",keyword:"required",params:{missingProperty: "effect"},message:"must have required property '"+"effect"+"'",schema:schema35.properties.taints.items.required,parentSchema:schema35.properties.taints.items,data:data11};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
for(const key4 in data11){
if(!(((key4 === "key") || (key4 === "value")) || (key4 === "effect"))){
const err31 = {instancePath:instancePath+"/taints/" + i2,schemaPath:"#/properties/taints/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema35.properties.taints.items,data:data11};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data11.key !== undefined){
let data12 = data11.key;
if(typeof data12 === "string"){
if(!pattern20.test(data12)){
const err32 = {instancePath:instancePath+"/taints/" + i2+"/key",schemaPath:"#/properties/taints/items/properties/key/pattern",keyword:"pattern",params:{pattern: "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"},message:"must match pattern \""+"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"+"\"",schema:"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",parentSchema:schema35.properties.taints.items.properties.key,data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/taints/" + i2+"/key",schemaPath:"#/properties/taints/items/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.taints.items.properties.key.type,parentSchema:schema35.properties.taints.items.properties.key,data:data12};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data11.value !== undefined){
let data13 = data11.value;
if(typeof data13 === "string"){
if(!pattern21.test(data13)){
const err34 = {instancePath:instancePath+"/taints/" + i2+"/value",schemaPath:"#/properties/taints/items/properties/value/pattern",keyword:"pattern",params:{pattern: "^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$"},message:"must match pattern \""+"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$"+"\"",schema:"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",parentSchema:schema35.properties.taints.items.properties.value,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/taints/" + i2+"/value",schemaPath:"#/properties/taints/items/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.taints.items.properties.value.type,parentSchema:schema35.properties.taints.items.properties.value,data:data13};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data11.effect !== undefined){
let data14 = data11.effect;
if(!(((data14 === "NoSchedule") || (data14 === "PreferNoSchedule")) || (data14 === "NoExecute"))){
const err36 = {instancePath:instancePath+"/taints/" + i2+"/effect",schemaPath:"#/properties/taints/items/properties/effect/enum",keyword:"enum",params:{allowedValues: schema35.properties.taints.items.properties.effect.enum},message:"must be equal to one of the allowed values",schema:schema35.properties.taints.items.properties.effect.enum,parentSchema:schema35.properties.taints.items.properties.effect,data:data14};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/taints/" + i2,schemaPath:"#/properties/taints/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.properties.taints.items.type,parentSchema:schema35.properties.taints.items,data:data11};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/taints",schemaPath:"#/properties/taints/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema35.properties.taints.type,parentSchema:schema35.properties.taints,data:data10};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.rootVolume !== undefined){
let data15 = data.rootVolume;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
for(const key5 in data15){
if(!(key5 === "sizeGiB")){
const err39 = {instancePath:instancePath+"/rootVolume",schemaPath:"#/$defs/rootVolume/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema34,data:data15};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data15.sizeGiB !== undefined){
let data16 = data15.sizeGiB;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err40 = {instancePath:instancePath+"/rootVolume/sizeGiB",schemaPath:"#/$defs/rootVolume/properties/sizeGiB/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema34.properties.sizeGiB.type,parentSchema:schema34.properties.sizeGiB,data:data16};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 16384 || isNaN(data16)){
const err41 = {instancePath:instancePath+"/rootVolume/sizeGiB",schemaPath:"#/$defs/rootVolume/properties/sizeGiB/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16384},message:"must be <= 16384",schema:16384,parentSchema:schema34.properties.sizeGiB,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data16 < 20 || isNaN(data16)){
const err42 = {instancePath:instancePath+"/rootVolume/sizeGiB",schemaPath:"#/$defs/rootVolume/properties/sizeGiB/minimum",keyword:"minimum",params:{comparison: ">=", limit: 20},message:"must be >= 20",schema:20,parentSchema:schema34.properties.sizeGiB,data:data16};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
}
else {
const err43 = {instancePath:instancePath+"/rootVolume",schemaPath:"#/$defs/rootVolume/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data:data15};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data.rollout !== undefined){
let data17 = data.rollout;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key6 in data17){
if(!(((key6 === "maxSurge") || (key6 === "maxUnavailable")) || (key6 === "drainTimeout"))){
const err44 = {instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema35.properties.rollout,data:data17};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data17.maxSurge !== undefined){
let data18 = data17.maxSurge;
if((!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))) && (typeof data18 !== "string")){
const err45 = {instancePath:instancePath+"/rollout/maxSurge",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: schema39.type},message:"must be integer,string",schema:schema39.type,parentSchema:schema39,data:data18};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000 || isNaN(data18)){
const err46 = {instancePath:instancePath+"/rollout/maxSurge",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema39,data:data18};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data18 < 0 || isNaN(data18)){
const err47 = {instancePath:instancePath+"/rollout/maxSurge",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema39,data:data18};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(typeof data18 === "string"){
if(!pattern24.test(data18)){
const err48 = {instancePath:instancePath+"/rollout/maxSurge",schemaPath:"#/$defs/count/pattern",keyword:"pattern",params:{pattern: "^([0-9]|[1-9][0-9]|100)%$"},message:"must match pattern \""+"^([0-9]|[1-9][0-9]|100)%$"+"\"",schema:"^([0-9]|[1-9][0-9]|100)%$",parentSchema:schema39,data:data18};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
if(data17.maxUnavailable !== undefined){
let data19 = data17.maxUnavailable;
if((!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))) && (typeof data19 !== "string")){
const err49 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/$defs/count/type",keyword:"type",params:{type: schema39.type},message:"must be integer,string",schema:schema39.type,parentSchema:schema39,data:data19};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 1000 || isNaN(data19)){
const err50 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/$defs/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema39,data:data19};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(data19 < 0 || isNaN(data19)){
const err51 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/$defs/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema39,data:data19};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(typeof data19 === "string"){
if(!pattern24.test(data19)){
const err52 = {instancePath:instancePath+"/rollout/maxUnavailable",schemaPath:"#/$defs/count/pattern",keyword:"pattern",params:{pattern: "^([0-9]|[1-9][0-9]|100)%$"},message:"must match pattern \""+"^([0-9]|[1-9][0-9]|100)%$"+"\"",schema:"^([0-9]|[1-9][0-9]|100)%$",parentSchema:schema39,data:data19};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
if(data17.drainTimeout !== undefined){
let data20 = data17.drainTimeout;
if(typeof data20 === "string"){
if(func1(data20) < 2){
const err53 = {instancePath:instancePath+"/rollout/drainTimeout",schemaPath:"#/properties/rollout/properties/drainTimeout/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters",schema:2,parentSchema:schema35.properties.rollout.properties.drainTimeout,data:data20};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(!pattern26.test(data20)){
const err54 = {instancePath:instancePath+"/rollout/drainTimeout",schemaPath:"#/properties/rollout/properties/drainTimeout/pattern",keyword:"pattern",params:{pattern: "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$"},message:"must match pattern \""+"^([0-9]+h)?([0-9]+m)?([0-9]+s)?$"+"\"",schema:"^([0-9]+h)?([0-9]+m)?([0-9]+s)?$",parentSchema:schema35.properties.rollout.properties.drainTimeout,data:data20};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
else {
const err55 = {instancePath:instancePath+"/rollout/drainTimeout",schemaPath:"#/properties/rollout/properties/drainTimeout/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.rollout.properties.drainTimeout.type,parentSchema:schema35.properties.rollout.properties.drainTimeout,data:data20};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
}
else {
const err56 = {instancePath:instancePath+"/rollout",schemaPath:"#/properties/rollout/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.properties.rollout.type,parentSchema:schema35.properties.rollout,data:data17};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="cluster.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},message:"must have required property '"+"apiVersion"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},message:"must have required property '"+"metadata"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'",schema:schema31.required,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "$schema") || (key0 === "apiVersion")) || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.$schema !== undefined){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.$schema.type,parentSchema:schema31.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data1 = data.apiVersion;
if("slipway/v1" !== data1){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "slipway/v1"},message:"must be equal to constant",schema:"slipway/v1",parentSchema:schema31.properties.apiVersion,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
let data2 = data.kind;
if("Cluster" !== data2){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "Cluster"},message:"must be equal to constant",schema:"Cluster",parentSchema:schema31.properties.kind,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.metadata !== undefined){
let data3 = data.metadata;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.name === undefined){
const err8 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema31.properties.metadata.required,parentSchema:schema31.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data3){
if(!(((key1 === "name") || (key1 === "description")) || (key1 === "tags"))){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.name !== undefined){
let data4 = data3.name;
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
const err10 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$",parentSchema:schema31.properties.metadata.properties.name,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.metadata.properties.name.type,parentSchema:schema31.properties.metadata.properties.name,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data3.description !== undefined){
let data5 = data3.description;
if(typeof data5 === "string"){
if(func1(data5) > 500){
const err12 = {instancePath:instancePath+"/metadata/description",schemaPath:"#/properties/metadata/properties/description/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema31.properties.metadata.properties.description,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/metadata/description",schemaPath:"#/properties/metadata/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.metadata.properties.description.type,parentSchema:schema31.properties.metadata.properties.description,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data3.tags !== undefined){
let data6 = data3.tags;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(Object.keys(data6).length > 35){
const err14 = {instancePath:instancePath+"/metadata/tags",schemaPath:"#/properties/metadata/properties/tags/maxProperties",keyword:"maxProperties",params:{limit: 35},message:"must NOT have more than 35 properties",schema:35,parentSchema:schema31.properties.metadata.properties.tags,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
for(const key2 in data6){
const _errs15 = errors;
if(typeof key2 === "string"){
if(!pattern5.test(key2)){
const err15 = {instancePath:instancePath+"/metadata/tags",schemaPath:"#/properties/metadata/properties/tags/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9 +=._:/@-]{1,128}$"},message:"must match pattern \""+"^[A-Za-z0-9 +=._:/@-]{1,128}$"+"\"",schema:"^[A-Za-z0-9 +=._:/@-]{1,128}$",parentSchema:schema31.properties.metadata.properties.tags.propertyNames,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
var valid2 = _errs15 === errors;
if(!valid2){
const err16 = {instancePath:instancePath+"/metadata/tags",schemaPath:"#/properties/metadata/properties/tags/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid",schema:schema31.properties.metadata.properties.tags.propertyNames,parentSchema:schema31.properties.metadata.properties.tags,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
for(const key3 in data6){
let data7 = data6[key3];
if(typeof data7 === "string"){
if(!pattern6.test(data7)){
const err17 = {instancePath:instancePath+"/metadata/tags/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/tags/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9 +=._:/@-]{0,256}$"},message:"must match pattern \""+"^[A-Za-z0-9 +=._:/@-]{0,256}$"+"\"",schema:"^[A-Za-z0-9 +=._:/@-]{0,256}$",parentSchema:schema31.properties.metadata.properties.tags.additionalProperties,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/metadata/tags/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/tags/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.metadata.properties.tags.additionalProperties.type,parentSchema:schema31.properties.metadata.properties.tags.additionalProperties,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/metadata/tags",schemaPath:"#/properties/metadata/properties/tags/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.metadata.properties.tags.type,parentSchema:schema31.properties.metadata.properties.tags,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.metadata.type,parentSchema:schema31.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.spec !== undefined){
let data8 = data.spec;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.profile === undefined){
const err21 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "profile"},message:"must have required property '"+"profile"+"'",schema:schema31.properties.spec.required,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data8.account === undefined){
const err22 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "account"},message:"must have required property '"+"account"+"'",schema:schema31.properties.spec.required,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data8.region === undefined){
const err23 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "region"},message:"must have required property '"+"region"+"'",schema:schema31.properties.spec.required,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data8.apiServer === undefined){
const err24 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "apiServer"},message:"must have required property '"+"apiServer"+"'",schema:schema31.properties.spec.required,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data8.bastion === undefined){
const err25 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "bastion"},message:"must have required property '"+"bastion"+"'",schema:schema31.properties.spec.required,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data8.controlPlane === undefined){
const err26 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "controlPlane"},message:"must have required property '"+"controlPlane"+"'",schema:schema31.properties.spec.required,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
for(const key4 in data8){
if(!(func2.call(schema31.properties.spec.properties, key4))){
const err27 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data8.profile !== undefined){
let data9 = data8.profile;
if(typeof data9 === "string"){
if(!pattern7.test(data9)){
const err28 = {instancePath:instancePath+"/spec/profile",schemaPath:"#/properties/spec/properties/profile/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?@[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?@[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?@[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$",parentSchema:schema31.properties.spec.properties.profile,data:data9};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/spec/profile",schemaPath:"#/properties/spec/properties/profile/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.profile.type,parentSchema:schema31.properties.spec.properties.profile,data:data9};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data8.overrides !== undefined){
let data10 = data8.overrides;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key5 in data10){
let data11 = data10[key5];
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key6 in data11){
if(!((key6 === "version") || (key6 === "values"))){
const err30 = {instancePath:instancePath+"/spec/overrides/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/overrides/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.overrides.additionalProperties,data:data11};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data11.version !== undefined){
let data12 = data11.version;
if(typeof data12 === "string"){
if(!pattern8.test(data12)){
const err31 = {instancePath:instancePath+"/spec/overrides/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/version",schemaPath:"#/properties/spec/properties/overrides/additionalProperties/properties/version/pattern",keyword:"pattern",params:{pattern: "^v?[0-9][0-9A-Za-z.+-]*$"},message:"must match pattern \""+"^v?[0-9][0-9A-Za-z.+-]*$"+"\"",schema:"^v?[0-9][0-9A-Za-z.+-]*$",parentSchema:schema31.properties.spec.properties.overrides.additionalProperties.properties.version,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/spec/overrides/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/version",schemaPath:"#/properties/spec/properties/overrides/additionalProperties/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.overrides.additionalProperties.properties.version.type,parentSchema:schema31.properties.spec.properties.overrides.additionalProperties.properties.version,data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data11.values !== undefined){
let data13 = data11.values;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
}
else {
const err33 = {instancePath:instancePath+"/spec/overrides/" + key5.replace(/~/g, "~0").replace(/\//g, "~1")+"/values",schemaPath:"#/properties/spec/properties/overrides/additionalProperties/properties/values/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.overrides.additionalProperties.properties.values.type,parentSchema:schema31.properties.spec.properties.overrides.additionalProperties.properties.values,data:data13};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
}
else {
const err34 = {instancePath:instancePath+"/spec/overrides/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/overrides/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.overrides.additionalProperties.type,parentSchema:schema31.properties.spec.properties.overrides.additionalProperties,data:data11};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath:instancePath+"/spec/overrides",schemaPath:"#/properties/spec/properties/overrides/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.overrides.type,parentSchema:schema31.properties.spec.properties.overrides,data:data10};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data8.account !== undefined){
let data14 = data8.account;
if(typeof data14 === "string"){
if(func1(data14) < 1){
const err36 = {instancePath:instancePath+"/spec/account",schemaPath:"#/properties/spec/properties/account/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.spec.properties.account,data:data14};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/spec/account",schemaPath:"#/properties/spec/properties/account/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.account.type,parentSchema:schema31.properties.spec.properties.account,data:data14};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data8.region !== undefined){
let data15 = data8.region;
if(typeof data15 === "string"){
if(!pattern9.test(data15)){
const err38 = {instancePath:instancePath+"/spec/region",schemaPath:"#/properties/spec/properties/region/pattern",keyword:"pattern",params:{pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]$"},message:"must match pattern \""+"^[a-z]{2}(-[a-z]+)+-[0-9]$"+"\"",schema:"^[a-z]{2}(-[a-z]+)+-[0-9]$",parentSchema:schema31.properties.spec.properties.region,data:data15};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/spec/region",schemaPath:"#/properties/spec/properties/region/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.region.type,parentSchema:schema31.properties.spec.properties.region,data:data15};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data8.sshKeyName !== undefined){
let data16 = data8.sshKeyName;
if(typeof data16 === "string"){
if(func1(data16) > 255){
const err40 = {instancePath:instancePath+"/spec/sshKeyName",schemaPath:"#/properties/spec/properties/sshKeyName/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters",schema:255,parentSchema:schema31.properties.spec.properties.sshKeyName,data:data16};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(func1(data16) < 1){
const err41 = {instancePath:instancePath+"/spec/sshKeyName",schemaPath:"#/properties/spec/properties/sshKeyName/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.spec.properties.sshKeyName,data:data16};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/spec/sshKeyName",schemaPath:"#/properties/spec/properties/sshKeyName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.sshKeyName.type,parentSchema:schema31.properties.spec.properties.sshKeyName,data:data16};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data8.placement !== undefined){
let data17 = data8.placement;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(Object.keys(data17).length > 1){
const err43 = {instancePath:instancePath+"/spec/placement",schemaPath:"#/properties/spec/properties/placement/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties",schema:1,parentSchema:schema31.properties.spec.properties.placement,data:data17};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(Object.keys(data17).length < 1){
const err44 = {instancePath:instancePath+"/spec/placement",schemaPath:"#/properties/spec/properties/placement/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema31.properties.spec.properties.placement,data:data17};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
for(const key7 in data17){
if(!((key7 === "dynamic") || (key7 === "static"))){
const err45 = {instancePath:instancePath+"/spec/placement",schemaPath:"#/properties/spec/properties/placement/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.placement,data:data17};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data17.dynamic !== undefined){
let data18 = data17.dynamic;
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
for(const key8 in data18){
if(!(key8 === "vpcCidr")){
const err46 = {instancePath:instancePath+"/spec/placement/dynamic",schemaPath:"#/properties/spec/properties/placement/properties/dynamic/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.placement.properties.dynamic,data:data18};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data18.vpcCidr !== undefined){
let data19 = data18.vpcCidr;
if(typeof data19 === "string"){
if(!(formats0.validate(data19))){
const err47 = {instancePath:instancePath+"/spec/placement/dynamic/vpcCidr",schemaPath:"#/properties/spec/properties/placement/properties/dynamic/properties/vpcCidr/format",keyword:"format",params:{format: "cidr"},message:"must match format \""+"cidr"+"\"",schema:"cidr",parentSchema:schema31.properties.spec.properties.placement.properties.dynamic.properties.vpcCidr,data:data19};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
else {
const err48 = {instancePath:instancePath+"/spec/placement/dynamic/vpcCidr",schemaPath:"#/properties/spec/properties/placement/properties/dynamic/properties/vpcCidr/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.placement.properties.dynamic.properties.vpcCidr.type,parentSchema:schema31.properties.spec.properties.placement.properties.dynamic.properties.vpcCidr,data:data19};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/spec/placement/dynamic",schemaPath:"#/properties/spec/properties/placement/properties/dynamic/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.placement.properties.dynamic.type,parentSchema:schema31.properties.spec.properties.placement.properties.dynamic,data:data18};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data17.static !== undefined){
let data20 = data17.static;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.vpcId === undefined){
const err50 = {instancePath:instancePath+"/spec/placement/static",schemaPath:"#/properties/spec/properties/placement/properties/static/required",keyword:"required",params:{missingProperty: "vpcId"},message:"must have required property '"+"vpcId"+"'",schema:schema31.properties.spec.properties.placement.properties.static.required,parentSchema:schema31.properties.spec.properties.placement.properties.static,data:data20};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(data20.subnets === undefined){
const err51 = {instancePath:instancePath+"/spec/placement/static",schemaPath:"#/properties/spec/properties/placement/properties/static/required",keyword:"required",params:{missingProperty: "subnets"},message:"must have required property '"+"subnets"+"'",schema:schema31.properties.spec.properties.placement.properties.static.required,parentSchema:schema31.properties.spec.properties.placement.properties.static,data:data20};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
for(const key9 in data20){
if(!(((key9 === "vpcId") || (key9 === "subnets")) || (key9 === "egressCidrs"))){
const err52 = {instancePath:instancePath+"/spec/placement/static",schemaPath:"#/properties/spec/properties/placement/properties/static/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.placement.properties.static,data:data20};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data20.vpcId !== undefined){
let data21 = data20.vpcId;
if(typeof data21 === "string"){
if(!pattern10.test(data21)){
const err53 = {instancePath:instancePath+"/spec/placement/static/vpcId",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/vpcId/pattern",keyword:"pattern",params:{pattern: "^vpc-[0-9a-f]+$"},message:"must match pattern \""+"^vpc-[0-9a-f]+$"+"\"",schema:"^vpc-[0-9a-f]+$",parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.vpcId,data:data21};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/spec/placement/static/vpcId",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/vpcId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.placement.properties.static.properties.vpcId.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.vpcId,data:data21};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data20.subnets !== undefined){
let data22 = data20.subnets;
if(Array.isArray(data22)){
if(data22.length < 1){
const err55 = {instancePath:instancePath+"/spec/placement/static/subnets",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets,data:data22};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
const len0 = data22.length;
for(let i0=0; i0<len0; i0++){
let data23 = data22[i0];
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.zone === undefined){
const err56 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0,schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/required",keyword:"required",params:{missingProperty: "zone"},message:"must have required property '"+"zone"+"'",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.required,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items,data:data23};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data23.private === undefined){
const err57 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0,schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/required",keyword:"required",params:{missingProperty: "private"},message:"must have required property '"+"private"+"'",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.required,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items,data:data23};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
for(const key10 in data23){
if(!(((key10 === "zone") || (key10 === "private")) || (key10 === "public"))){
const err58 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0,schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items,data:data23};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data23.zone !== undefined){
let data24 = data23.zone;
if(typeof data24 === "string"){
if(func1(data24) < 1){
const err59 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0+"/zone",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/properties/zone/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.zone,data:data24};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0+"/zone",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/properties/zone/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.zone.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.zone,data:data24};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data23.private !== undefined){
let data25 = data23.private;
if(typeof data25 === "string"){
if(!pattern11.test(data25)){
const err61 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0+"/private",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/properties/private/pattern",keyword:"pattern",params:{pattern: "^subnet-[0-9a-f]+$"},message:"must match pattern \""+"^subnet-[0-9a-f]+$"+"\"",schema:"^subnet-[0-9a-f]+$",parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.private,data:data25};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0+"/private",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/properties/private/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.private.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.private,data:data25};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data23.public !== undefined){
let data26 = data23.public;
if(typeof data26 === "string"){
if(!pattern11.test(data26)){
const err63 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0+"/public",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/properties/public/pattern",keyword:"pattern",params:{pattern: "^subnet-[0-9a-f]+$"},message:"must match pattern \""+"^subnet-[0-9a-f]+$"+"\"",schema:"^subnet-[0-9a-f]+$",parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.public,data:data26};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0+"/public",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/properties/public/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.public.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.properties.public,data:data26};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/spec/placement/static/subnets/" + i0,schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.items,data:data23};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath:instancePath+"/spec/placement/static/subnets",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/subnets/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.spec.properties.placement.properties.static.properties.subnets.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.subnets,data:data22};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data20.egressCidrs !== undefined){
let data27 = data20.egressCidrs;
if(Array.isArray(data27)){
const len1 = data27.length;
for(let i1=0; i1<len1; i1++){
let data28 = data27[i1];
if(typeof data28 === "string"){
if(!(formats0.validate(data28))){
const err67 = {instancePath:instancePath+"/spec/placement/static/egressCidrs/" + i1,schemaPath:"#/properties/spec/properties/placement/properties/static/properties/egressCidrs/items/format",keyword:"format",params:{format: "cidr"},message:"must match format \""+"cidr"+"\"",schema:"cidr",parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.egressCidrs.items,data:data28};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
else {
const err68 = {instancePath:instancePath+"/spec/placement/static/egressCidrs/" + i1,schemaPath:"#/properties/spec/properties/placement/properties/static/properties/egressCidrs/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.placement.properties.static.properties.egressCidrs.items.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.egressCidrs.items,data:data28};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
let i2 = data27.length;
let j0;
if(i2 > 1){
const indices0 = {};
for(;i2--;){
let item0 = data27[i2];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err69 = {instancePath:instancePath+"/spec/placement/static/egressCidrs",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/egressCidrs/uniqueItems",keyword:"uniqueItems",params:{i: i2, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i2+" are identical)",schema:true,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.egressCidrs,data:data27};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
break;
}
indices0[item0] = i2;
}
}
}
else {
const err70 = {instancePath:instancePath+"/spec/placement/static/egressCidrs",schemaPath:"#/properties/spec/properties/placement/properties/static/properties/egressCidrs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.spec.properties.placement.properties.static.properties.egressCidrs.type,parentSchema:schema31.properties.spec.properties.placement.properties.static.properties.egressCidrs,data:data27};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
}
else {
const err71 = {instancePath:instancePath+"/spec/placement/static",schemaPath:"#/properties/spec/properties/placement/properties/static/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.placement.properties.static.type,parentSchema:schema31.properties.spec.properties.placement.properties.static,data:data20};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
}
else {
const err72 = {instancePath:instancePath+"/spec/placement",schemaPath:"#/properties/spec/properties/placement/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.placement.type,parentSchema:schema31.properties.spec.properties.placement,data:data17};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
if(data8.apiServer !== undefined){
let data29 = data8.apiServer;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
if(data29.access === undefined){
const err73 = {instancePath:instancePath+"/spec/apiServer",schemaPath:"#/properties/spec/properties/apiServer/required",keyword:"required",params:{missingProperty: "access"},message:"must have required property '"+"access"+"'",schema:schema31.properties.spec.properties.apiServer.required,parentSchema:schema31.properties.spec.properties.apiServer,data:data29};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
for(const key11 in data29){
if(!(((key11 === "access") || (key11 === "allowedCidrs")) || (key11 === "certSANs"))){
const err74 = {instancePath:instancePath+"/spec/apiServer",schemaPath:"#/properties/spec/properties/apiServer/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.apiServer,data:data29};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
if(data29.access !== undefined){
let data30 = data29.access;
if(!((data30 === "public") || (data30 === "private"))){
const err75 = {instancePath:instancePath+"/spec/apiServer/access",schemaPath:"#/properties/spec/properties/apiServer/properties/access/enum",keyword:"enum",params:{allowedValues: schema31.properties.spec.properties.apiServer.properties.access.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.spec.properties.apiServer.properties.access.enum,parentSchema:schema31.properties.spec.properties.apiServer.properties.access,data:data30};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data29.allowedCidrs !== undefined){
let data31 = data29.allowedCidrs;
if(Array.isArray(data31)){
const len2 = data31.length;
for(let i3=0; i3<len2; i3++){
let data32 = data31[i3];
if(typeof data32 === "string"){
if(!(formats0.validate(data32))){
const err76 = {instancePath:instancePath+"/spec/apiServer/allowedCidrs/" + i3,schemaPath:"#/properties/spec/properties/apiServer/properties/allowedCidrs/items/format",keyword:"format",params:{format: "cidr"},message:"must match format \""+"cidr"+"\"",schema:"cidr",parentSchema:schema31.properties.spec.properties.apiServer.properties.allowedCidrs.items,data:data32};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/spec/apiServer/allowedCidrs/" + i3,schemaPath:"#/properties/spec/properties/apiServer/properties/allowedCidrs/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.apiServer.properties.allowedCidrs.items.type,parentSchema:schema31.properties.spec.properties.apiServer.properties.allowedCidrs.items,data:data32};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
let i4 = data31.length;
let j1;
if(i4 > 1){
const indices1 = {};
for(;i4--;){
let item1 = data31[i4];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err78 = {instancePath:instancePath+"/spec/apiServer/allowedCidrs",schemaPath:"#/properties/spec/properties/apiServer/properties/allowedCidrs/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i4+" are identical)",schema:true,parentSchema:schema31.properties.spec.properties.apiServer.properties.allowedCidrs,data:data31};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
break;
}
indices1[item1] = i4;
}
}
}
else {
const err79 = {instancePath:instancePath+"/spec/apiServer/allowedCidrs",schemaPath:"#/properties/spec/properties/apiServer/properties/allowedCidrs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.spec.properties.apiServer.properties.allowedCidrs.type,parentSchema:schema31.properties.spec.properties.apiServer.properties.allowedCidrs,data:data31};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data29.certSANs !== undefined){
let data33 = data29.certSANs;
if(Array.isArray(data33)){
const len3 = data33.length;
for(let i5=0; i5<len3; i5++){
let data34 = data33[i5];
if(typeof data34 === "string"){
if(func1(data34) > 253){
const err80 = {instancePath:instancePath+"/spec/apiServer/certSANs/" + i5,schemaPath:"#/properties/spec/properties/apiServer/properties/certSANs/items/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters",schema:253,parentSchema:schema31.properties.spec.properties.apiServer.properties.certSANs.items,data:data34};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if(func1(data34) < 1){
const err81 = {instancePath:instancePath+"/spec/apiServer/certSANs/" + i5,schemaPath:"#/properties/spec/properties/apiServer/properties/certSANs/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.spec.properties.apiServer.properties.certSANs.items,data:data34};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(!pattern13.test(data34)){
const err82 = {instancePath:instancePath+"/spec/apiServer/certSANs/" + i5,schemaPath:"#/properties/spec/properties/apiServer/properties/certSANs/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9*.:-]+$"},message:"must match pattern \""+"^[A-Za-z0-9*.:-]+$"+"\"",schema:"^[A-Za-z0-9*.:-]+$",parentSchema:schema31.properties.spec.properties.apiServer.properties.certSANs.items,data:data34};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
else {
const err83 = {instancePath:instancePath+"/spec/apiServer/certSANs/" + i5,schemaPath:"#/properties/spec/properties/apiServer/properties/certSANs/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.apiServer.properties.certSANs.items.type,parentSchema:schema31.properties.spec.properties.apiServer.properties.certSANs.items,data:data34};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
let i6 = data33.length;
let j2;
if(i6 > 1){
const indices2 = {};
for(;i6--;){
let item2 = data33[i6];
if(typeof item2 !== "string"){
continue;
}
if(typeof indices2[item2] == "number"){
j2 = indices2[item2];
const err84 = {instancePath:instancePath+"/spec/apiServer/certSANs",schemaPath:"#/properties/spec/properties/apiServer/properties/certSANs/uniqueItems",keyword:"uniqueItems",params:{i: i6, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i6+" are identical)",schema:true,parentSchema:schema31.properties.spec.properties.apiServer.properties.certSANs,data:data33};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
break;
}
indices2[item2] = i6;
}
}
}
else {
const err85 = {instancePath:instancePath+"/spec/apiServer/certSANs",schemaPath:"#/properties/spec/properties/apiServer/properties/certSANs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.spec.properties.apiServer.properties.certSANs.type,parentSchema:schema31.properties.spec.properties.apiServer.properties.certSANs,data:data33};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
else {
const err86 = {instancePath:instancePath+"/spec/apiServer",schemaPath:"#/properties/spec/properties/apiServer/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.apiServer.type,parentSchema:schema31.properties.spec.properties.apiServer,data:data29};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data8.bastion !== undefined){
let data35 = data8.bastion;
if((!(data35 && typeof data35 == "object" && !Array.isArray(data35))) && (typeof data35 !== "boolean")){
const err87 = {instancePath:instancePath+"/spec/bastion",schemaPath:"#/properties/spec/properties/bastion/type",keyword:"type",params:{type: schema31.properties.spec.properties.bastion.type},message:"must be object,boolean",schema:schema31.properties.spec.properties.bastion.type,parentSchema:schema31.properties.spec.properties.bastion,data:data35};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
const _errs83 = errors;
const _errs84 = errors;
if(true !== data35){
const err88 = {};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
var valid23 = _errs84 === errors;
if(valid23){
const err89 = {instancePath:instancePath+"/spec/bastion",schemaPath:"#/properties/spec/properties/bastion/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema31.properties.spec.properties.bastion.not,parentSchema:schema31.properties.spec.properties.bastion,data:data35};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
else {
errors = _errs83;
if(vErrors !== null){
if(_errs83){
vErrors.length = _errs83;
}
else {
vErrors = null;
}
}
}
if(data35 && typeof data35 == "object" && !Array.isArray(data35)){
if(data35.allowedCidrs === undefined){
const err90 = {instancePath:instancePath+"/spec/bastion",schemaPath:"#/properties/spec/properties/bastion/required",keyword:"required",params:{missingProperty: "allowedCidrs"},message:"must have required property '"+"allowedCidrs"+"'",schema:schema31.properties.spec.properties.bastion.required,parentSchema:schema31.properties.spec.properties.bastion,data:data35};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
for(const key12 in data35){
if(!((key12 === "instanceType") || (key12 === "allowedCidrs"))){
const err91 = {instancePath:instancePath+"/spec/bastion",schemaPath:"#/properties/spec/properties/bastion/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.bastion,data:data35};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data35.instanceType !== undefined){
let data36 = data35.instanceType;
if(typeof data36 === "string"){
if(!pattern14.test(data36)){
const err92 = {instancePath:instancePath+"/spec/bastion/instanceType",schemaPath:"#/properties/spec/properties/bastion/properties/instanceType/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]+\\.[a-z0-9-]+$"},message:"must match pattern \""+"^[a-z0-9-]+\\.[a-z0-9-]+$"+"\"",schema:"^[a-z0-9-]+\\.[a-z0-9-]+$",parentSchema:schema31.properties.spec.properties.bastion.properties.instanceType,data:data36};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
else {
const err93 = {instancePath:instancePath+"/spec/bastion/instanceType",schemaPath:"#/properties/spec/properties/bastion/properties/instanceType/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.bastion.properties.instanceType.type,parentSchema:schema31.properties.spec.properties.bastion.properties.instanceType,data:data36};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data35.allowedCidrs !== undefined){
let data37 = data35.allowedCidrs;
if(Array.isArray(data37)){
if(data37.length < 1){
const err94 = {instancePath:instancePath+"/spec/bastion/allowedCidrs",schemaPath:"#/properties/spec/properties/bastion/properties/allowedCidrs/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema31.properties.spec.properties.bastion.properties.allowedCidrs,data:data37};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
const len4 = data37.length;
for(let i7=0; i7<len4; i7++){
let data38 = data37[i7];
if(typeof data38 === "string"){
if(!(formats0.validate(data38))){
const err95 = {instancePath:instancePath+"/spec/bastion/allowedCidrs/" + i7,schemaPath:"#/properties/spec/properties/bastion/properties/allowedCidrs/items/format",keyword:"format",params:{format: "cidr"},message:"must match format \""+"cidr"+"\"",schema:"cidr",parentSchema:schema31.properties.spec.properties.bastion.properties.allowedCidrs.items,data:data38};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
else {
const err96 = {instancePath:instancePath+"/spec/bastion/allowedCidrs/" + i7,schemaPath:"#/properties/spec/properties/bastion/properties/allowedCidrs/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.spec.properties.bastion.properties.allowedCidrs.items.type,parentSchema:schema31.properties.spec.properties.bastion.properties.allowedCidrs.items,data:data38};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
let i8 = data37.length;
let j3;
if(i8 > 1){
const indices3 = {};
for(;i8--;){
let item3 = data37[i8];
if(typeof item3 !== "string"){
continue;
}
if(typeof indices3[item3] == "number"){
j3 = indices3[item3];
const err97 = {instancePath:instancePath+"/spec/bastion/allowedCidrs",schemaPath:"#/properties/spec/properties/bastion/properties/allowedCidrs/uniqueItems",keyword:"uniqueItems",params:{i: i8, j: j3},message:"must NOT have duplicate items (items ## "+j3+" and "+i8+" are identical)",schema:true,parentSchema:schema31.properties.spec.properties.bastion.properties.allowedCidrs,data:data37};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
break;
}
indices3[item3] = i8;
}
}
}
else {
const err98 = {instancePath:instancePath+"/spec/bastion/allowedCidrs",schemaPath:"#/properties/spec/properties/bastion/properties/allowedCidrs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.spec.properties.bastion.properties.allowedCidrs.type,parentSchema:schema31.properties.spec.properties.bastion.properties.allowedCidrs,data:data37};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
}
}
if(data8.controlPlane !== undefined){
let data39 = data8.controlPlane;
if(data39 && typeof data39 == "object" && !Array.isArray(data39)){
if(data39.size === undefined){
const err99 = {instancePath:instancePath+"/spec/controlPlane",schemaPath:"#/properties/spec/properties/controlPlane/required",keyword:"required",params:{missingProperty: "size"},message:"must have required property '"+"size"+"'",schema:schema31.properties.spec.properties.controlPlane.required,parentSchema:schema31.properties.spec.properties.controlPlane,data:data39};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(data39.instanceType === undefined){
const err100 = {instancePath:instancePath+"/spec/controlPlane",schemaPath:"#/properties/spec/properties/controlPlane/required",keyword:"required",params:{missingProperty: "instanceType"},message:"must have required property '"+"instanceType"+"'",schema:schema31.properties.spec.properties.controlPlane.required,parentSchema:schema31.properties.spec.properties.controlPlane,data:data39};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if(data39.zones === undefined){
const err101 = {instancePath:instancePath+"/spec/controlPlane",schemaPath:"#/properties/spec/properties/controlPlane/required",keyword:"required",params:{missingProperty: "zones"},message:"must have required property '"+"zones"+"'",schema:schema31.properties.spec.properties.controlPlane.required,parentSchema:schema31.properties.spec.properties.controlPlane,data:data39};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
for(const key13 in data39){
if(!(((((key13 === "size") || (key13 === "instanceType")) || (key13 === "zones")) || (key13 === "runsWorkloads")) || (key13 === "rootVolume"))){
const err102 = {instancePath:instancePath+"/spec/controlPlane",schemaPath:"#/properties/spec/properties/controlPlane/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.spec.properties.controlPlane,data:data39};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
if(data39.size !== undefined){
let data40 = data39.size;
if(!(((data40 === 1) || (data40 === 3)) || (data40 === 5))){
const err103 = {instancePath:instancePath+"/spec/controlPlane/size",schemaPath:"#/properties/spec/properties/controlPlane/properties/size/enum",keyword:"enum",params:{allowedValues: schema31.properties.spec.properties.controlPlane.properties.size.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.spec.properties.controlPlane.properties.size.enum,parentSchema:schema31.properties.spec.properties.controlPlane.properties.size,data:data40};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
if(data39.instanceType !== undefined){
let data41 = data39.instanceType;
if(typeof data41 === "string"){
if(!pattern14.test(data41)){
const err104 = {instancePath:instancePath+"/spec/controlPlane/instanceType",schemaPath:"#/$defs/instanceType/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9-]+\\.[a-z0-9-]+$"},message:"must match pattern \""+"^[a-z0-9-]+\\.[a-z0-9-]+$"+"\"",schema:"^[a-z0-9-]+\\.[a-z0-9-]+$",parentSchema:schema32,data:data41};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
else {
const err105 = {instancePath:instancePath+"/spec/controlPlane/instanceType",schemaPath:"#/$defs/instanceType/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.type,parentSchema:schema32,data:data41};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data39.zones !== undefined){
let data42 = data39.zones;
if(Array.isArray(data42)){
if(data42.length < 1){
const err106 = {instancePath:instancePath+"/spec/controlPlane/zones",schemaPath:"#/$defs/zones/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema33,data:data42};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
const len5 = data42.length;
for(let i9=0; i9<len5; i9++){
let data43 = data42[i9];
if(typeof data43 === "string"){
if(!pattern16.test(data43)){
const err107 = {instancePath:instancePath+"/spec/controlPlane/zones/" + i9,schemaPath:"#/$defs/zones/items/pattern",keyword:"pattern",params:{pattern: "^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"},message:"must match pattern \""+"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"+"\"",schema:"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$",parentSchema:schema33.items,data:data43};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
else {
const err108 = {instancePath:instancePath+"/spec/controlPlane/zones/" + i9,schemaPath:"#/$defs/zones/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.items.type,parentSchema:schema33.items,data:data43};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
let i10 = data42.length;
let j4;
if(i10 > 1){
const indices4 = {};
for(;i10--;){
let item4 = data42[i10];
if(typeof item4 !== "string"){
continue;
}
if(typeof indices4[item4] == "number"){
j4 = indices4[item4];
const err109 = {instancePath:instancePath+"/spec/controlPlane/zones",schemaPath:"#/$defs/zones/uniqueItems",keyword:"uniqueItems",params:{i: i10, j: j4},message:"must NOT have duplicate items (items ## "+j4+" and "+i10+" are identical)",schema:true,parentSchema:schema33,data:data42};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
break;
}
indices4[item4] = i10;
}
}
}
else {
const err110 = {instancePath:instancePath+"/spec/controlPlane/zones",schemaPath:"#/$defs/zones/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.type,parentSchema:schema33,data:data42};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data39.runsWorkloads !== undefined){
let data44 = data39.runsWorkloads;
if(typeof data44 !== "boolean"){
const err111 = {instancePath:instancePath+"/spec/controlPlane/runsWorkloads",schemaPath:"#/properties/spec/properties/controlPlane/properties/runsWorkloads/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.spec.properties.controlPlane.properties.runsWorkloads.type,parentSchema:schema31.properties.spec.properties.controlPlane.properties.runsWorkloads,data:data44};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data39.rootVolume !== undefined){
let data45 = data39.rootVolume;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
for(const key14 in data45){
if(!(key14 === "sizeGiB")){
const err112 = {instancePath:instancePath+"/spec/controlPlane/rootVolume",schemaPath:"#/$defs/rootVolume/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties",schema:false,parentSchema:schema34,data:data45};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data45.sizeGiB !== undefined){
let data46 = data45.sizeGiB;
if(!(((typeof data46 == "number") && (!(data46 % 1) && !isNaN(data46))) && (isFinite(data46)))){
const err113 = {instancePath:instancePath+"/spec/controlPlane/rootVolume/sizeGiB",schemaPath:"#/$defs/rootVolume/properties/sizeGiB/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema34.properties.sizeGiB.type,parentSchema:schema34.properties.sizeGiB,data:data46};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
if((typeof data46 == "number") && (isFinite(data46))){
if(data46 > 16384 || isNaN(data46)){
const err114 = {instancePath:instancePath+"/spec/controlPlane/rootVolume/sizeGiB",schemaPath:"#/$defs/rootVolume/properties/sizeGiB/maximum",keyword:"maximum",params:{comparison: "<=", limit: 16384},message:"must be <= 16384",schema:16384,parentSchema:schema34.properties.sizeGiB,data:data46};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
if(data46 < 20 || isNaN(data46)){
const err115 = {instancePath:instancePath+"/spec/controlPlane/rootVolume/sizeGiB",schemaPath:"#/$defs/rootVolume/properties/sizeGiB/minimum",keyword:"minimum",params:{comparison: ">=", limit: 20},message:"must be >= 20",schema:20,parentSchema:schema34.properties.sizeGiB,data:data46};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
}
}
else {
const err116 = {instancePath:instancePath+"/spec/controlPlane/rootVolume",schemaPath:"#/$defs/rootVolume/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data:data45};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
}
else {
const err117 = {instancePath:instancePath+"/spec/controlPlane",schemaPath:"#/properties/spec/properties/controlPlane/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.properties.controlPlane.type,parentSchema:schema31.properties.spec.properties.controlPlane,data:data39};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(data8.workerPools !== undefined){
let data47 = data8.workerPools;
if(Array.isArray(data47)){
if(data47.length > 100){
const err118 = {instancePath:instancePath+"/spec/workerPools",schemaPath:"#/properties/spec/properties/workerPools/maxItems",keyword:"maxItems",params:{limit: 100},message:"must NOT have more than 100 items",schema:100,parentSchema:schema31.properties.spec.properties.workerPools,data:data47};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
const len6 = data47.length;
for(let i11=0; i11<len6; i11++){
if(!(validate21(data47[i11], {instancePath:instancePath+"/spec/workerPools/" + i11,parentData:data47,parentDataProperty:i11,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err119 = {instancePath:instancePath+"/spec/workerPools",schemaPath:"#/properties/spec/properties/workerPools/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.spec.properties.workerPools.type,parentSchema:schema31.properties.spec.properties.workerPools,data:data47};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
}
else {
const err120 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.spec.type,parentSchema:schema31.properties.spec,data:data8};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
}
else {
const err121 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const ClusterProfile = validate23;
const schema41 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"cluster-profile.schema.json","title":"ClusterProfile","description":"The construction template of clusters: what is installed on them, layer by layer, and in which versions.","type":"object","additionalProperties":false,"required":["apiVersion","kind","metadata","spec"],"properties":{"$schema":{"type":"string","description":"Where editors find this schema. Slipway does not read it.","examples":["../schemas/slipway.schema.json"]},"apiVersion":{"const":"slipway/v1","description":"The version of this format.","examples":["slipway/v1"]},"kind":{"const":"ClusterProfile","description":"Tells this document from clusters and accounts.","examples":["ClusterProfile"]},"metadata":{"type":"object","description":"What clusters refer to as `<name>@<version>`.","examples":[{"name":"standard","version":"1.2.0"}],"additionalProperties":false,"required":["name","version"],"properties":{"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","description":"Lower-case letters, digits and hyphens, at most 63 characters.","examples":["standard"]},"version":{"type":"string","pattern":"^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$","description":"A semantic version. A profile that clusters use is not edited: a new version is added, and clusters move to it one by one.","examples":["1.2.0"]},"description":{"type":"string","maxLength":500,"description":"What the profile is for.","examples":["What every team starts from"]}}},"spec":{"type":"object","description":"The cloud and the packs.","examples":[{"cloud":"aws","packs":[{"layer":"os","name":"ubuntu","version":"24.04"}]}],"additionalProperties":false,"required":["cloud","packs"],"properties":{"cloud":{"const":"aws","description":"The cloud that the profile is made for. AWS is the only one.","examples":["aws"]},"packs":{"type":"array","minItems":1,"maxItems":50,"description":"The layers from the bottom up. `os`, `kubernetes`, `cni` and `csi` are there exactly once; add-ons follow in the order in which they are installed.","examples":[[{"layer":"os","name":"ubuntu","version":"24.04"}]],"items":{"$ref":"#/$defs/pack"}}}}},"$defs":{"pack":{"type":"object","description":"One layer of the cluster: a thing to install, its version and its parameters. A pack is one of Slipway's own, or the user's: `manifests` or `chart` say from where.","examples":[{"layer":"kubernetes","name":"kubeadm","version":"1.37.1"}],"additionalProperties":false,"required":["layer","name","version"],"properties":{"layer":{"enum":["os","kubernetes","cni","csi","addon"],"description":"Where the pack belongs. The kubernetes layer brings the AWS cloud controller manager with it.","examples":["cni"]},"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","description":"The pack's name; a profile has each name once. With neither `manifests` nor `chart` it is the name of a pack that comes with Slipway.","examples":["calico"]},"version":{"type":"string","pattern":"^v?[0-9][0-9A-Za-z.+-]*$","description":"The version, always quoted: YAML reads 1.10 without quotes as the number 1.1.","examples":["3.32.0"]},"values":{"type":"object","description":"Parameters of the pack. What is not given has the pack's own default. Text may hold `{{ cluster.name }}` and other macros.","examples":[{"podCidr":"192.168.0.0/16"}],"additionalProperties":true},"namespace":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","description":"With `manifests` or `chart`: the namespace of objects that name none. It is made where it is not there.","default":"default","examples":["monitoring"]},"manifests":{"type":"array","minItems":1,"maxItems":100,"uniqueItems":true,"description":"Files with Kubernetes objects, and folders of such files, as paths from the file that this is written in. Text in them may hold macros: `{{ cluster.name }}`, `{{ values.size }}`.","examples":[["../manifests/policies"]],"items":{"type":"string","minLength":1,"maxLength":300,"description":"A path from this file.","examples":["../manifests/policies"]}},"chart":{"type":"object","description":"A Helm chart, which `helm template` turns into objects on the machine that runs Slipway.","examples":[{"repository":"oci://quay.io/jetstack/charts","name":"cert-manager"}],"additionalProperties":false,"properties":{"repository":{"type":"string","pattern":"^(https|oci)://[A-Za-z0-9._~:/%-]+$","description":"The address of a chart repository, `https://...`, or of a folder of an OCI registry, `oci://...`.","examples":["https://charts.jetstack.io"]},"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$","description":"The chart's name in that repository. Its version is the pack's.","examples":["cert-manager"]},"path":{"type":"string","minLength":1,"maxLength":300,"description":"Instead of a repository: the chart's folder, as a path from the file that this is written in.","examples":["../charts/web"]}}},"parameters":{"type":"object","description":"With `manifests` or `chart`: what its values may be. Values that are not listed here are errors then; without this list any are taken.","examples":[{"replicas":{"type":"integer","default":2,"minimum":1,"maximum":5,"description":"How many pods there are."}}],"propertyNames":{"pattern":"^[A-Za-z][A-Za-z0-9_]{0,62}$"},"additionalProperties":{"$ref":"#/$defs/parameter"}}}},"parameter":{"type":"object","description":"One parameter of a pack.","examples":[{"type":"integer","default":2,"minimum":1,"maximum":5,"description":"How many pods there are."}],"additionalProperties":false,"required":["type","default","description"],"properties":{"type":{"enum":["boolean","integer","string","list"],"description":"What kind of value it takes; a list is one of texts.","examples":["integer"]},"default":{"type":["boolean","integer","string","array"],"items":{"type":"string","description":"One text.","examples":["a"]},"description":"The value where none is given. It must be of that type.","examples":[2]},"description":{"type":"string","minLength":1,"maxLength":500,"description":"What it does, for whoever reviews it.","examples":["How many pods there are."]},"allowed":{"type":"array","minItems":1,"uniqueItems":true,"description":"With type string: the texts that it may be.","examples":[["info","debug"]],"items":{"type":"string","description":"One text.","examples":["info"]}},"minimum":{"type":"integer","description":"With type integer: the least.","examples":[1]},"maximum":{"type":"integer","description":"With type integer: the most.","examples":[5]}}}}};
const pattern27 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");
const pattern28 = new RegExp("^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$", "u");
const schema42 = {"type":"object","description":"One layer of the cluster: a thing to install, its version and its parameters. A pack is one of Slipway's own, or the user's: `manifests` or `chart` say from where.","examples":[{"layer":"kubernetes","name":"kubeadm","version":"1.37.1"}],"additionalProperties":false,"required":["layer","name","version"],"properties":{"layer":{"enum":["os","kubernetes","cni","csi","addon"],"description":"Where the pack belongs. The kubernetes layer brings the AWS cloud controller manager with it.","examples":["cni"]},"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","description":"The pack's name; a profile has each name once. With neither `manifests` nor `chart` it is the name of a pack that comes with Slipway.","examples":["calico"]},"version":{"type":"string","pattern":"^v?[0-9][0-9A-Za-z.+-]*$","description":"The version, always quoted: YAML reads 1.10 without quotes as the number 1.1.","examples":["3.32.0"]},"values":{"type":"object","description":"Parameters of the pack. What is not given has the pack's own default. Text may hold `{{ cluster.name }}` and other macros.","examples":[{"podCidr":"192.168.0.0/16"}],"additionalProperties":true},"namespace":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","description":"With `manifests` or `chart`: the namespace of objects that name none. It is made where it is not there.","default":"default","examples":["monitoring"]},"manifests":{"type":"array","minItems":1,"maxItems":100,"uniqueItems":true,"description":"Files with Kubernetes objects, and folders of such files, as paths from the file that this is written in. Text in them may hold macros: `{{ cluster.name }}`, `{{ values.size }}`.","examples":[["../manifests/policies"]],"items":{"type":"string","minLength":1,"maxLength":300,"description":"A path from this file.","examples":["../manifests/policies"]}},"chart":{"type":"object","description":"A Helm chart, which `helm template` turns into objects on the machine that runs Slipway.","examples":[{"repository":"oci://quay.io/jetstack/charts","name":"cert-manager"}],"additionalProperties":false,"properties":{"repository":{"type":"string","pattern":"^(https|oci)://[A-Za-z0-9._~:/%-]+$","description":"The address of a chart repository, `https://...`, or of a folder of an OCI registry, `oci://...`.","examples":["https://charts.jetstack.io"]},"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$","description":"The chart's name in that repository. Its version is the pack's.","examples":["cert-manager"]},"path":{"type":"string","minLength":1,"maxLength":300,"description":"Instead of a repository: the chart's folder, as a path from the file that this is written in.","examples":["../charts/web"]}}},"parameters":{"type":"object","description":"With `manifests` or `chart`: what its values may be. Values that are not listed here are errors then; without this list any are taken.","examples":[{"replicas":{"type":"integer","default":2,"minimum":1,"maximum":5,"description":"How many pods there are."}}],"propertyNames":{"pattern":"^[A-Za-z][A-Za-z0-9_]{0,62}$"},"additionalProperties":{"$ref":"#/$defs/parameter"}}}};
const schema43 = {"type":"object","description":"One parameter of a pack.","examples":[{"type":"integer","default":2,"minimum":1,"maximum":5,"description":"How many pods there are."}],"additionalProperties":false,"required":["type","default","description"],"properties":{"type":{"enum":["boolean","integer","string","list"],"description":"What kind of value it takes; a list is one of texts.","examples":["integer"]},"default":{"type":["boolean","integer","string","array"],"items":{"type":"string","description":"One text.","examples":["a"]},"description":"The value where none is given. It must be of that type.","examples":[2]},"description":{"type":"string","minLength":1,"maxLength":500,"description":"What it does, for whoever reviews it.","examples":["How many pods there are."]},"allowed":{"type":"array","minItems":1,"uniqueItems":true,"description":"With type string: the texts that it may be.","examples":[["info","debug"]],"items":{"type":"string","description":"One text.","examples":["info"]}},"minimum":{"type":"integer","description":"With type integer: the least.","examples":[1]},"maximum":{"type":"integer","description":"With type integer: the most.","examples":[5]}}};
const pattern32 = new RegExp("^(https|oci)://[A-Za-z0-9._~:/%-]+$", "u");
const pattern33 = new RegExp("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", "u");
const pattern34 = new RegExp("^[A-Za-z][A-Za-z0-9_]{0,62}$", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.layer === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "layer"},message:"must have required property '"+"layer"+"'",schema:schema42.required,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.name === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema42.required,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.version === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'",schema:schema42.required,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "layer") || (key0 === "name")) || (key0 === "version")) || (key0 === "values")) || (key0 === "namespace")) || (key0 === "manifests")) || (key0 === "chart")) || (key0 === "parameters"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.layer !== undefined){
let data0 = data.layer;
if(!(((((data0 === "os") || (data0 === "kubernetes")) || (data0 === "cni")) || (data0 === "csi")) || (data0 === "addon"))){
const err4 = {instancePath:instancePath+"/layer",schemaPath:"#/properties/layer/enum",keyword:"enum",params:{allowedValues: schema42.properties.layer.enum},message:"must be equal to one of the allowed values",schema:schema42.properties.layer.enum,parentSchema:schema42.properties.layer,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.name !== undefined){
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern27.test(data1)){
const err5 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema42.properties.name,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.name.type,parentSchema:schema42.properties.name,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.version !== undefined){
let data2 = data.version;
if(typeof data2 === "string"){
if(!pattern8.test(data2)){
const err7 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/pattern",keyword:"pattern",params:{pattern: "^v?[0-9][0-9A-Za-z.+-]*$"},message:"must match pattern \""+"^v?[0-9][0-9A-Za-z.+-]*$"+"\"",schema:"^v?[0-9][0-9A-Za-z.+-]*$",parentSchema:schema42.properties.version,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/version",schemaPath:"#/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.version.type,parentSchema:schema42.properties.version,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.values !== undefined){
let data3 = data.values;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
}
else {
const err9 = {instancePath:instancePath+"/values",schemaPath:"#/properties/values/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.properties.values.type,parentSchema:schema42.properties.values,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.namespace !== undefined){
let data4 = data.namespace;
if(typeof data4 === "string"){
if(!pattern27.test(data4)){
const err10 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema42.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/namespace",schemaPath:"#/properties/namespace/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.namespace.type,parentSchema:schema42.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.manifests !== undefined){
let data5 = data.manifests;
if(Array.isArray(data5)){
if(data5.length > 100){
const err12 = {instancePath:instancePath+"/manifests",schemaPath:"#/properties/manifests/maxItems",keyword:"maxItems",params:{limit: 100},message:"must NOT have more than 100 items",schema:100,parentSchema:schema42.properties.manifests,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data5.length < 1){
const err13 = {instancePath:instancePath+"/manifests",schemaPath:"#/properties/manifests/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema42.properties.manifests,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
let data6 = data5[i0];
if(typeof data6 === "string"){
if(func1(data6) > 300){
const err14 = {instancePath:instancePath+"/manifests/" + i0,schemaPath:"#/properties/manifests/items/maxLength",keyword:"maxLength",params:{limit: 300},message:"must NOT have more than 300 characters",schema:300,parentSchema:schema42.properties.manifests.items,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(func1(data6) < 1){
const err15 = {instancePath:instancePath+"/manifests/" + i0,schemaPath:"#/properties/manifests/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema42.properties.manifests.items,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/manifests/" + i0,schemaPath:"#/properties/manifests/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.manifests.items.type,parentSchema:schema42.properties.manifests.items,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
let i1 = data5.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data5[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err17 = {instancePath:instancePath+"/manifests",schemaPath:"#/properties/manifests/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema42.properties.manifests,data:data5};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err18 = {instancePath:instancePath+"/manifests",schemaPath:"#/properties/manifests/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema42.properties.manifests.type,parentSchema:schema42.properties.manifests,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.chart !== undefined){
let data7 = data.chart;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key1 in data7){
if(!(((key1 === "repository") || (key1 === "name")) || (key1 === "path"))){
const err19 = {instancePath:instancePath+"/chart",schemaPath:"#/properties/chart/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema42.properties.chart,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data7.repository !== undefined){
let data8 = data7.repository;
if(typeof data8 === "string"){
if(!pattern32.test(data8)){
const err20 = {instancePath:instancePath+"/chart/repository",schemaPath:"#/properties/chart/properties/repository/pattern",keyword:"pattern",params:{pattern: "^(https|oci)://[A-Za-z0-9._~:/%-]+$"},message:"must match pattern \""+"^(https|oci)://[A-Za-z0-9._~:/%-]+$"+"\"",schema:"^(https|oci)://[A-Za-z0-9._~:/%-]+$",parentSchema:schema42.properties.chart.properties.repository,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
else {
const err21 = {instancePath:instancePath+"/chart/repository",schemaPath:"#/properties/chart/properties/repository/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.chart.properties.repository.type,parentSchema:schema42.properties.chart.properties.repository,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data7.name !== undefined){
let data9 = data7.name;
if(typeof data9 === "string"){
if(!pattern33.test(data9)){
const err22 = {instancePath:instancePath+"/chart/name",schemaPath:"#/properties/chart/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",parentSchema:schema42.properties.chart.properties.name,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/chart/name",schemaPath:"#/properties/chart/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.chart.properties.name.type,parentSchema:schema42.properties.chart.properties.name,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data7.path !== undefined){
let data10 = data7.path;
if(typeof data10 === "string"){
if(func1(data10) > 300){
const err24 = {instancePath:instancePath+"/chart/path",schemaPath:"#/properties/chart/properties/path/maxLength",keyword:"maxLength",params:{limit: 300},message:"must NOT have more than 300 characters",schema:300,parentSchema:schema42.properties.chart.properties.path,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(func1(data10) < 1){
const err25 = {instancePath:instancePath+"/chart/path",schemaPath:"#/properties/chart/properties/path/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema42.properties.chart.properties.path,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/chart/path",schemaPath:"#/properties/chart/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.properties.chart.properties.path.type,parentSchema:schema42.properties.chart.properties.path,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/chart",schemaPath:"#/properties/chart/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.properties.chart.type,parentSchema:schema42.properties.chart,data:data7};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.parameters !== undefined){
let data11 = data.parameters;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key2 in data11){
const _errs27 = errors;
if(typeof key2 === "string"){
if(!pattern34.test(key2)){
const err28 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][A-Za-z0-9_]{0,62}$"},message:"must match pattern \""+"^[A-Za-z][A-Za-z0-9_]{0,62}$"+"\"",schema:"^[A-Za-z][A-Za-z0-9_]{0,62}$",parentSchema:schema42.properties.parameters.propertyNames,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
var valid5 = _errs27 === errors;
if(!valid5){
const err29 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid",schema:schema42.properties.parameters.propertyNames,parentSchema:schema42.properties.parameters,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
for(const key3 in data11){
let data12 = data11[key3];
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.type === undefined){
const err30 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema43.required,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data12.default === undefined){
const err31 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/required",keyword:"required",params:{missingProperty: "default"},message:"must have required property '"+"default"+"'",schema:schema43.required,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data12.description === undefined){
const err32 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/required",keyword:"required",params:{missingProperty: "description"},message:"must have required property '"+"description"+"'",schema:schema43.required,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
for(const key4 in data12){
if(!((((((key4 === "type") || (key4 === "default")) || (key4 === "description")) || (key4 === "allowed")) || (key4 === "minimum")) || (key4 === "maximum"))){
const err33 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data12.type !== undefined){
let data13 = data12.type;
if(!((((data13 === "boolean") || (data13 === "integer")) || (data13 === "string")) || (data13 === "list"))){
const err34 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/type",schemaPath:"#/$defs/parameter/properties/type/enum",keyword:"enum",params:{allowedValues: schema43.properties.type.enum},message:"must be equal to one of the allowed values",schema:schema43.properties.type.enum,parentSchema:schema43.properties.type,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data12.default !== undefined){
let data14 = data12.default;
if((((typeof data14 !== "boolean") && (!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14))))) && (typeof data14 !== "string")) && (!(Array.isArray(data14)))){
const err35 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/default",schemaPath:"#/$defs/parameter/properties/default/type",keyword:"type",params:{type: schema43.properties.default.type},message:"must be boolean,integer,string,array",schema:schema43.properties.default.type,parentSchema:schema43.properties.default,data:data14};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(Array.isArray(data14)){
const len1 = data14.length;
for(let i2=0; i2<len1; i2++){
let data15 = data14[i2];
if(typeof data15 !== "string"){
const err36 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/default/" + i2,schemaPath:"#/$defs/parameter/properties/default/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.default.items.type,parentSchema:schema43.properties.default.items,data:data15};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
}
if(data12.description !== undefined){
let data16 = data12.description;
if(typeof data16 === "string"){
if(func1(data16) > 500){
const err37 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/$defs/parameter/properties/description/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema43.properties.description,data:data16};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(func1(data16) < 1){
const err38 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/$defs/parameter/properties/description/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema43.properties.description,data:data16};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/$defs/parameter/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.description.type,parentSchema:schema43.properties.description,data:data16};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data12.allowed !== undefined){
let data17 = data12.allowed;
if(Array.isArray(data17)){
if(data17.length < 1){
const err40 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/allowed",schemaPath:"#/$defs/parameter/properties/allowed/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema43.properties.allowed,data:data17};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
const len2 = data17.length;
for(let i3=0; i3<len2; i3++){
let data18 = data17[i3];
if(typeof data18 !== "string"){
const err41 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/allowed/" + i3,schemaPath:"#/$defs/parameter/properties/allowed/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.properties.allowed.items.type,parentSchema:schema43.properties.allowed.items,data:data18};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
let i4 = data17.length;
let j1;
if(i4 > 1){
const indices1 = {};
for(;i4--;){
let item1 = data17[i4];
if(typeof item1 !== "string"){
continue;
}
if(typeof indices1[item1] == "number"){
j1 = indices1[item1];
const err42 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/allowed",schemaPath:"#/$defs/parameter/properties/allowed/uniqueItems",keyword:"uniqueItems",params:{i: i4, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i4+" are identical)",schema:true,parentSchema:schema43.properties.allowed,data:data17};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
break;
}
indices1[item1] = i4;
}
}
}
else {
const err43 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/allowed",schemaPath:"#/$defs/parameter/properties/allowed/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema43.properties.allowed.type,parentSchema:schema43.properties.allowed,data:data17};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data12.minimum !== undefined){
let data19 = data12.minimum;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err44 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/minimum",schemaPath:"#/$defs/parameter/properties/minimum/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.properties.minimum.type,parentSchema:schema43.properties.minimum,data:data19};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data12.maximum !== undefined){
let data20 = data12.maximum;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err45 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/maximum",schemaPath:"#/$defs/parameter/properties/maximum/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.properties.maximum.type,parentSchema:schema43.properties.maximum,data:data20};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/parameters/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/parameter/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema43.type,parentSchema:schema43,data:data12};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
}
else {
const err47 = {instancePath:instancePath+"/parameters",schemaPath:"#/properties/parameters/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.properties.parameters.type,parentSchema:schema42.properties.parameters,data:data11};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
else {
const err48 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema42.type,parentSchema:schema42,data};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="cluster-profile.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},message:"must have required property '"+"apiVersion"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},message:"must have required property '"+"metadata"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "$schema") || (key0 === "apiVersion")) || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.$schema !== undefined){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.$schema.type,parentSchema:schema41.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data1 = data.apiVersion;
if("slipway/v1" !== data1){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "slipway/v1"},message:"must be equal to constant",schema:"slipway/v1",parentSchema:schema41.properties.apiVersion,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
let data2 = data.kind;
if("ClusterProfile" !== data2){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "ClusterProfile"},message:"must be equal to constant",schema:"ClusterProfile",parentSchema:schema41.properties.kind,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.metadata !== undefined){
let data3 = data.metadata;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.name === undefined){
const err8 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema41.properties.metadata.required,parentSchema:schema41.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data3.version === undefined){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "version"},message:"must have required property '"+"version"+"'",schema:schema41.properties.metadata.required,parentSchema:schema41.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
for(const key1 in data3){
if(!(((key1 === "name") || (key1 === "version")) || (key1 === "description"))){
const err10 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data3.name !== undefined){
let data4 = data3.name;
if(typeof data4 === "string"){
if(!pattern27.test(data4)){
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema41.properties.metadata.properties.name,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.metadata.properties.name.type,parentSchema:schema41.properties.metadata.properties.name,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data3.version !== undefined){
let data5 = data3.version;
if(typeof data5 === "string"){
if(!pattern28.test(data5)){
const err13 = {instancePath:instancePath+"/metadata/version",schemaPath:"#/properties/metadata/properties/version/pattern",keyword:"pattern",params:{pattern: "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$"},message:"must match pattern \""+"^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$"+"\"",schema:"^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$",parentSchema:schema41.properties.metadata.properties.version,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/metadata/version",schemaPath:"#/properties/metadata/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.metadata.properties.version.type,parentSchema:schema41.properties.metadata.properties.version,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data3.description !== undefined){
let data6 = data3.description;
if(typeof data6 === "string"){
if(func1(data6) > 500){
const err15 = {instancePath:instancePath+"/metadata/description",schemaPath:"#/properties/metadata/properties/description/maxLength",keyword:"maxLength",params:{limit: 500},message:"must NOT have more than 500 characters",schema:500,parentSchema:schema41.properties.metadata.properties.description,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
else {
const err16 = {instancePath:instancePath+"/metadata/description",schemaPath:"#/properties/metadata/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.metadata.properties.description.type,parentSchema:schema41.properties.metadata.properties.description,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
else {
const err17 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.metadata.type,parentSchema:schema41.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.spec !== undefined){
let data7 = data.spec;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if(data7.cloud === undefined){
const err18 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "cloud"},message:"must have required property '"+"cloud"+"'",schema:schema41.properties.spec.required,parentSchema:schema41.properties.spec,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data7.packs === undefined){
const err19 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "packs"},message:"must have required property '"+"packs"+"'",schema:schema41.properties.spec.required,parentSchema:schema41.properties.spec,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key2 in data7){
if(!((key2 === "cloud") || (key2 === "packs"))){
const err20 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.spec,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data7.cloud !== undefined){
let data8 = data7.cloud;
if("aws" !== data8){
const err21 = {instancePath:instancePath+"/spec/cloud",schemaPath:"#/properties/spec/properties/cloud/const",keyword:"const",params:{allowedValue: "aws"},message:"must be equal to constant",schema:"aws",parentSchema:schema41.properties.spec.properties.cloud,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data7.packs !== undefined){
let data9 = data7.packs;
if(Array.isArray(data9)){
if(data9.length > 50){
const err22 = {instancePath:instancePath+"/spec/packs",schemaPath:"#/properties/spec/properties/packs/maxItems",keyword:"maxItems",params:{limit: 50},message:"must NOT have more than 50 items",schema:50,parentSchema:schema41.properties.spec.properties.packs,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data9.length < 1){
const err23 = {instancePath:instancePath+"/spec/packs",schemaPath:"#/properties/spec/properties/packs/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema41.properties.spec.properties.packs,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
const len0 = data9.length;
for(let i0=0; i0<len0; i0++){
if(!(validate24(data9[i0], {instancePath:instancePath+"/spec/packs/" + i0,parentData:data9,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
}
else {
const err24 = {instancePath:instancePath+"/spec/packs",schemaPath:"#/properties/spec/properties/packs/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.spec.properties.packs.type,parentSchema:schema41.properties.spec.properties.packs,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.spec.type,parentSchema:schema41.properties.spec,data:data7};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

export const CloudAccount = validate26;
const schema44 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"cloud-account.schema.json","title":"CloudAccount","description":"An AWS account that clusters may live in, and the roles that Slipway takes on there. It never holds a credential: those come from the runner.","type":"object","additionalProperties":false,"required":["apiVersion","kind","metadata","spec"],"properties":{"$schema":{"type":"string","description":"Where editors find this schema. Slipway does not read it.","examples":["../schemas/slipway.schema.json"]},"apiVersion":{"const":"slipway/v1","description":"The version of this format.","examples":["slipway/v1"]},"kind":{"const":"CloudAccount","description":"Tells this document from clusters and profiles.","examples":["CloudAccount"]},"metadata":{"type":"object","description":"What the account is called in this repository.","examples":[{"name":"production"}],"additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$","description":"The name that clusters refer to in `spec.account`: lower-case letters, digits and hyphens, at most 63 characters.","examples":["production"]}}},"spec":{"type":"object","description":"Which account it is, and how Slipway may work in it.","examples":[{"accountId":"123456789012","regions":["us-east-1"]}],"additionalProperties":false,"required":["accountId","regions"],"properties":{"accountId":{"type":"string","pattern":"^[0-9]{12}$","description":"The 12 digits of the AWS account, quoted. Checked against the credentials before anything else: a run with the wrong account's credentials stops there.","examples":["123456789012"]},"regions":{"type":"array","minItems":1,"uniqueItems":true,"items":{"type":"string","pattern":"^[a-z]{2}(-[a-z]+)+-[0-9]$","description":"An AWS region.","examples":["us-east-1"]},"description":"The regions that clusters of this account may be in, and where Slipway looks for clusters that have no document any more.","examples":[["us-east-1","eu-west-1"]]},"planRoleArn":{"type":"string","pattern":"^arn:aws:iam::[0-9]{12}:role/.+$","description":"The role that plans with; read-only. Without it the runner's own credentials are used.","examples":["arn:aws:iam::123456789012:role/slipway-plan"]},"applyRoleArn":{"type":"string","pattern":"^arn:aws:iam::[0-9]{12}:role/.+$","description":"The role that applies, reconciles and destroys with. Without it the runner's own credentials are used.","examples":["arn:aws:iam::123456789012:role/slipway-apply"]},"permissionsBoundaryArn":{"type":"string","pattern":"^arn:aws:iam::[0-9]{12}:policy/.+$","description":"A permissions boundary that is put on every role that Slipway makes.","examples":["arn:aws:iam::123456789012:policy/slipway-boundary"]},"instanceProfiles":{"type":"object","description":"Instance profiles that an administrator made. With them Slipway makes no roles in this account.","examples":[{"controlPlane":"k8s-control-plane","worker":"k8s-worker"}],"additionalProperties":false,"required":["controlPlane","worker"],"properties":{"controlPlane":{"type":"string","minLength":1,"maxLength":128,"description":"Name of the instance profile of control-plane nodes.","examples":["k8s-control-plane"]},"worker":{"type":"string","minLength":1,"maxLength":128,"description":"Name of the instance profile of worker nodes.","examples":["k8s-worker"]}}},"kmsKeyArn":{"type":"string","pattern":"^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$","description":"A customer managed KMS key for the cluster's certificates and the nodes' volumes. Without it the account's AWS managed keys are used.","examples":["arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]}}}}};
const pattern36 = new RegExp("^[0-9]{12}$", "u");
const pattern38 = new RegExp("^arn:aws:iam::[0-9]{12}:role/.+$", "u");
const pattern40 = new RegExp("^arn:aws:iam::[0-9]{12}:policy/.+$", "u");
const pattern41 = new RegExp("^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$", "u");

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="cloud-account.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},message:"must have required property '"+"apiVersion"+"'",schema:schema44.required,parentSchema:schema44,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},message:"must have required property '"+"kind"+"'",schema:schema44.required,parentSchema:schema44,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},message:"must have required property '"+"metadata"+"'",schema:schema44.required,parentSchema:schema44,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'",schema:schema44.required,parentSchema:schema44,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "$schema") || (key0 === "apiVersion")) || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema44,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.$schema !== undefined){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.$schema.type,parentSchema:schema44.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data1 = data.apiVersion;
if("slipway/v1" !== data1){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "slipway/v1"},message:"must be equal to constant",schema:"slipway/v1",parentSchema:schema44.properties.apiVersion,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
let data2 = data.kind;
if("CloudAccount" !== data2){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "CloudAccount"},message:"must be equal to constant",schema:"CloudAccount",parentSchema:schema44.properties.kind,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.metadata !== undefined){
let data3 = data.metadata;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.name === undefined){
const err8 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema44.properties.metadata.required,parentSchema:schema44.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data3){
if(!(key1 === "name")){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema44.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.name !== undefined){
let data4 = data3.name;
if(typeof data4 === "string"){
if(!pattern27.test(data4)){
const err10 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},message:"must match pattern \""+"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"+"\"",schema:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",parentSchema:schema44.properties.metadata.properties.name,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.metadata.properties.name.type,parentSchema:schema44.properties.metadata.properties.name,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.properties.metadata.type,parentSchema:schema44.properties.metadata,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.spec !== undefined){
let data5 = data.spec;
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
if(data5.accountId === undefined){
const err13 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "accountId"},message:"must have required property '"+"accountId"+"'",schema:schema44.properties.spec.required,parentSchema:schema44.properties.spec,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data5.regions === undefined){
const err14 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "regions"},message:"must have required property '"+"regions"+"'",schema:schema44.properties.spec.required,parentSchema:schema44.properties.spec,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
for(const key2 in data5){
if(!(((((((key2 === "accountId") || (key2 === "regions")) || (key2 === "planRoleArn")) || (key2 === "applyRoleArn")) || (key2 === "permissionsBoundaryArn")) || (key2 === "instanceProfiles")) || (key2 === "kmsKeyArn"))){
const err15 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema44.properties.spec,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data5.accountId !== undefined){
let data6 = data5.accountId;
if(typeof data6 === "string"){
if(!pattern36.test(data6)){
const err16 = {instancePath:instancePath+"/spec/accountId",schemaPath:"#/properties/spec/properties/accountId/pattern",keyword:"pattern",params:{pattern: "^[0-9]{12}$"},message:"must match pattern \""+"^[0-9]{12}$"+"\"",schema:"^[0-9]{12}$",parentSchema:schema44.properties.spec.properties.accountId,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/spec/accountId",schemaPath:"#/properties/spec/properties/accountId/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.accountId.type,parentSchema:schema44.properties.spec.properties.accountId,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data5.regions !== undefined){
let data7 = data5.regions;
if(Array.isArray(data7)){
if(data7.length < 1){
const err18 = {instancePath:instancePath+"/spec/regions",schemaPath:"#/properties/spec/properties/regions/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema44.properties.spec.properties.regions,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
let data8 = data7[i0];
if(typeof data8 === "string"){
if(!pattern9.test(data8)){
const err19 = {instancePath:instancePath+"/spec/regions/" + i0,schemaPath:"#/properties/spec/properties/regions/items/pattern",keyword:"pattern",params:{pattern: "^[a-z]{2}(-[a-z]+)+-[0-9]$"},message:"must match pattern \""+"^[a-z]{2}(-[a-z]+)+-[0-9]$"+"\"",schema:"^[a-z]{2}(-[a-z]+)+-[0-9]$",parentSchema:schema44.properties.spec.properties.regions.items,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
else {
const err20 = {instancePath:instancePath+"/spec/regions/" + i0,schemaPath:"#/properties/spec/properties/regions/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.regions.items.type,parentSchema:schema44.properties.spec.properties.regions.items,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
let i1 = data7.length;
let j0;
if(i1 > 1){
const indices0 = {};
for(;i1--;){
let item0 = data7[i1];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err21 = {instancePath:instancePath+"/spec/regions",schemaPath:"#/properties/spec/properties/regions/uniqueItems",keyword:"uniqueItems",params:{i: i1, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i1+" are identical)",schema:true,parentSchema:schema44.properties.spec.properties.regions,data:data7};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
break;
}
indices0[item0] = i1;
}
}
}
else {
const err22 = {instancePath:instancePath+"/spec/regions",schemaPath:"#/properties/spec/properties/regions/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema44.properties.spec.properties.regions.type,parentSchema:schema44.properties.spec.properties.regions,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data5.planRoleArn !== undefined){
let data9 = data5.planRoleArn;
if(typeof data9 === "string"){
if(!pattern38.test(data9)){
const err23 = {instancePath:instancePath+"/spec/planRoleArn",schemaPath:"#/properties/spec/properties/planRoleArn/pattern",keyword:"pattern",params:{pattern: "^arn:aws:iam::[0-9]{12}:role/.+$"},message:"must match pattern \""+"^arn:aws:iam::[0-9]{12}:role/.+$"+"\"",schema:"^arn:aws:iam::[0-9]{12}:role/.+$",parentSchema:schema44.properties.spec.properties.planRoleArn,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/spec/planRoleArn",schemaPath:"#/properties/spec/properties/planRoleArn/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.planRoleArn.type,parentSchema:schema44.properties.spec.properties.planRoleArn,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data5.applyRoleArn !== undefined){
let data10 = data5.applyRoleArn;
if(typeof data10 === "string"){
if(!pattern38.test(data10)){
const err25 = {instancePath:instancePath+"/spec/applyRoleArn",schemaPath:"#/properties/spec/properties/applyRoleArn/pattern",keyword:"pattern",params:{pattern: "^arn:aws:iam::[0-9]{12}:role/.+$"},message:"must match pattern \""+"^arn:aws:iam::[0-9]{12}:role/.+$"+"\"",schema:"^arn:aws:iam::[0-9]{12}:role/.+$",parentSchema:schema44.properties.spec.properties.applyRoleArn,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/spec/applyRoleArn",schemaPath:"#/properties/spec/properties/applyRoleArn/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.applyRoleArn.type,parentSchema:schema44.properties.spec.properties.applyRoleArn,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data5.permissionsBoundaryArn !== undefined){
let data11 = data5.permissionsBoundaryArn;
if(typeof data11 === "string"){
if(!pattern40.test(data11)){
const err27 = {instancePath:instancePath+"/spec/permissionsBoundaryArn",schemaPath:"#/properties/spec/properties/permissionsBoundaryArn/pattern",keyword:"pattern",params:{pattern: "^arn:aws:iam::[0-9]{12}:policy/.+$"},message:"must match pattern \""+"^arn:aws:iam::[0-9]{12}:policy/.+$"+"\"",schema:"^arn:aws:iam::[0-9]{12}:policy/.+$",parentSchema:schema44.properties.spec.properties.permissionsBoundaryArn,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
else {
const err28 = {instancePath:instancePath+"/spec/permissionsBoundaryArn",schemaPath:"#/properties/spec/properties/permissionsBoundaryArn/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.permissionsBoundaryArn.type,parentSchema:schema44.properties.spec.properties.permissionsBoundaryArn,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data5.instanceProfiles !== undefined){
let data12 = data5.instanceProfiles;
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
if(data12.controlPlane === undefined){
const err29 = {instancePath:instancePath+"/spec/instanceProfiles",schemaPath:"#/properties/spec/properties/instanceProfiles/required",keyword:"required",params:{missingProperty: "controlPlane"},message:"must have required property '"+"controlPlane"+"'",schema:schema44.properties.spec.properties.instanceProfiles.required,parentSchema:schema44.properties.spec.properties.instanceProfiles,data:data12};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data12.worker === undefined){
const err30 = {instancePath:instancePath+"/spec/instanceProfiles",schemaPath:"#/properties/spec/properties/instanceProfiles/required",keyword:"required",params:{missingProperty: "worker"},message:"must have required property '"+"worker"+"'",schema:schema44.properties.spec.properties.instanceProfiles.required,parentSchema:schema44.properties.spec.properties.instanceProfiles,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
for(const key3 in data12){
if(!((key3 === "controlPlane") || (key3 === "worker"))){
const err31 = {instancePath:instancePath+"/spec/instanceProfiles",schemaPath:"#/properties/spec/properties/instanceProfiles/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema44.properties.spec.properties.instanceProfiles,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data12.controlPlane !== undefined){
let data13 = data12.controlPlane;
if(typeof data13 === "string"){
if(func1(data13) > 128){
const err32 = {instancePath:instancePath+"/spec/instanceProfiles/controlPlane",schemaPath:"#/properties/spec/properties/instanceProfiles/properties/controlPlane/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",schema:128,parentSchema:schema44.properties.spec.properties.instanceProfiles.properties.controlPlane,data:data13};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(func1(data13) < 1){
const err33 = {instancePath:instancePath+"/spec/instanceProfiles/controlPlane",schemaPath:"#/properties/spec/properties/instanceProfiles/properties/controlPlane/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema44.properties.spec.properties.instanceProfiles.properties.controlPlane,data:data13};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
else {
const err34 = {instancePath:instancePath+"/spec/instanceProfiles/controlPlane",schemaPath:"#/properties/spec/properties/instanceProfiles/properties/controlPlane/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.instanceProfiles.properties.controlPlane.type,parentSchema:schema44.properties.spec.properties.instanceProfiles.properties.controlPlane,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data12.worker !== undefined){
let data14 = data12.worker;
if(typeof data14 === "string"){
if(func1(data14) > 128){
const err35 = {instancePath:instancePath+"/spec/instanceProfiles/worker",schemaPath:"#/properties/spec/properties/instanceProfiles/properties/worker/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",schema:128,parentSchema:schema44.properties.spec.properties.instanceProfiles.properties.worker,data:data14};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(func1(data14) < 1){
const err36 = {instancePath:instancePath+"/spec/instanceProfiles/worker",schemaPath:"#/properties/spec/properties/instanceProfiles/properties/worker/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema44.properties.spec.properties.instanceProfiles.properties.worker,data:data14};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/spec/instanceProfiles/worker",schemaPath:"#/properties/spec/properties/instanceProfiles/properties/worker/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.instanceProfiles.properties.worker.type,parentSchema:schema44.properties.spec.properties.instanceProfiles.properties.worker,data:data14};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/spec/instanceProfiles",schemaPath:"#/properties/spec/properties/instanceProfiles/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.properties.spec.properties.instanceProfiles.type,parentSchema:schema44.properties.spec.properties.instanceProfiles,data:data12};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data5.kmsKeyArn !== undefined){
let data15 = data5.kmsKeyArn;
if(typeof data15 === "string"){
if(!pattern41.test(data15)){
const err39 = {instancePath:instancePath+"/spec/kmsKeyArn",schemaPath:"#/properties/spec/properties/kmsKeyArn/pattern",keyword:"pattern",params:{pattern: "^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$"},message:"must match pattern \""+"^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$"+"\"",schema:"^arn:aws:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$",parentSchema:schema44.properties.spec.properties.kmsKeyArn,data:data15};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
else {
const err40 = {instancePath:instancePath+"/spec/kmsKeyArn",schemaPath:"#/properties/spec/properties/kmsKeyArn/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema44.properties.spec.properties.kmsKeyArn.type,parentSchema:schema44.properties.spec.properties.kmsKeyArn,data:data15};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.properties.spec.type,parentSchema:schema44.properties.spec,data:data5};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema44.type,parentSchema:schema44,data};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
