"""Snapshots of etcd: streamed to the bucket, checked, and never in the way of a turn."""

import json
import threading

from small_cluster import snapshot_lines
from support import ME, ControlPlane


class Snapshots(ControlPlane):
    CONTENT = bytes(range(256)) * 9000  # more than two parts of a stream

    def setUp(self):
        super().setUp()
        self.members(ME)
        self.etcd.snapshot = snapshot_lines(self.CONTENT, blob=64 * 1024)

    def work(self):
        self.loop.snapshot()
        if self.loop.memory.snapshot:
            self.loop.memory.snapshot.join(30)

    def kept(self):
        return sorted(key for key in self.aws.objects if "/etcd/" in key)

    def status(self):
        return self.get_record("snapshot-status.json")

    def test_a_snapshot_is_stored_whole_with_its_own_sha256_and_answered(self):
        self.record("snapshot-request.json", {"id": "run-7"})

        self.work()

        (key,) = self.kept()
        stored = self.aws.objects[key]
        self.assertEqual((stored[:-32] == self.CONTENT, len(stored)), (True, len(self.CONTENT) + 32))
        expected = {
            "at": int(self.clock.now),
            "request": "run-7",
            "key": key[len("demo/") :],
            "size": len(stored),
            "version": "1.37.1",
        }
        self.assertEqual(self.status(), expected)

    def test_the_next_is_due_after_an_hour_or_on_request(self):
        self.work()
        self.clock.now += 3590
        self.work()
        self.assertEqual(len(self.kept()), 1)
        self.record("snapshot-request.json", {"id": "run-8"})
        self.work()
        self.work()
        self.assertEqual((len(self.kept()), self.status()["request"]), (2, "run-8"))
        self.clock.now += 3600
        self.work()
        self.assertEqual(len(self.kept()), 3)

    def test_the_interval_is_that_of_the_node_configuration(self):
        self.config["snapshotEvery"] = 600
        self.load()
        self.work()
        self.clock.now += 600
        self.work()

        self.assertEqual(len(self.kept()), 2)

    def test_a_flipped_byte_or_a_cut_stream_leaves_nothing_in_the_bucket_and_is_tried_again(self):
        good = self.etcd.snapshot
        flipped = json.loads(good[3])
        blob = flipped["result"]["blob"]
        flipped["result"]["blob"] = ("A" if blob[0] != "A" else "B") + blob[1:]
        broken = {
            "flipped": [*good[:3], json.dumps(flipped).encode() + b"\n", *good[4:]],
            "cut": good[:-3],
            "cut in a line": [*good[:-3], good[-3][:100]],
            "error": [good[0], b'{"error": {"message": "etcdserver: unhealthy"}}\n'],
            "empty": [],
        }
        for name, lines in broken.items():
            with self.subTest(name):
                self.etcd.snapshot = lines
                self.work()
                self.assertEqual((self.kept(), self.status()), ([], None))
                self.assertIn("snapshot: ", self.printed[-1])
        self.etcd.snapshot = good
        self.work()
        self.assertEqual(len(self.kept()), 1)

    def test_a_snapshot_that_takes_long_stops_neither_the_turn_nor_begins_twice(self):
        gate, entered = threading.Event(), threading.Event()
        take = self.loop.take_snapshot
        self.loop.take_snapshot = lambda *args: (entered.set(), gate.wait(30), take(*args))
        jobs = [duty for duty in self.loop.duties() if duty.leaders]
        threads = threading.active_count

        for number in range(3):
            self.loop.turn(number, jobs)
            self.clock.sleep(15)
        entered.wait(30)

        self.assertTrue(self.loop.memory.snapshot.is_alive() and threads() > 1)
        self.assertEqual(self.etcd.calls.count("maintenance/snapshot {}"), 0)
        gate.set()
        self.loop.memory.snapshot.join(30)
        self.assertEqual(self.etcd.calls.count("maintenance/snapshot {}"), 1)
        self.assertEqual(len(self.kept()), 1)

    def test_old_snapshots_are_deleted_and_foreign_objects_are_not(self):
        for day in range(1, 29):
            self.record("etcd/202601%02dT000000Z.db" % day, b"old")
        self.record("etcd/notes.txt", b"mine")

        self.work()

        self.assertEqual(len(self.kept()) - 1, 29)  # all of them: 24, and the last of each of 5 days before
        self.record("etcd/20260101T010000Z.db", b"old")
        self.clock.now += 3600
        self.work()
        self.assertEqual(len(self.kept()) - 1, 24 + 6)  # two are of one day
        self.assertNotIn("demo/etcd/20260101T000000Z.db", self.aws.objects)
        self.assertIn("demo/etcd/notes.txt", self.aws.objects)

    def test_without_aws_the_snapshot_fails_and_the_loop_goes_on(self):
        self.aws.break_next("s3:PUT demo/etcd/*", 99, status=503)

        self.work()

        self.assertIsNone(self.status())
        self.assertIn("snapshot: AwsError", self.log())
