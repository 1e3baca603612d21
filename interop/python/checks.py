"""What a Python program does with Kinesis, each step checked. `python checks.py CHECK STREAM` runs one; endpoint,
credentials and trust come from the environment, as in any program that uses boto3."""

import os
import sys
import threading
import time

import boto3
import botocore.exceptions
from botocore.config import Config


def end_with_stdin() -> None:
    """Ends when whoever started it is gone."""
    while os.read(0, 4096):
        pass
    os._exit(1)


threading.Thread(target=end_with_stdin, daemon=True).start()
kinesis = boto3.client("kinesis", config=Config(retries={"total_max_attempts": 1}))


def active(name: str) -> dict:
    """The stream, once it is there."""
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]


def made(name: str, shards: int = 1) -> dict:
    kinesis.create_stream(StreamName=name, ShardCount=shards)
    return active(name)


def records_of(stream: str, shard: str, count: int) -> list:
    """The first records of a shard, page after page."""
    start = kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    iterator, found = start["ShardIterator"], []
    while len(found) < count:
        page = kinesis.get_records(ShardIterator=iterator, Limit=20)
        found += page["Records"]
        iterator = page["NextShardIterator"]
        assert page["MillisBehindLatest"] >= 0
        time.sleep(0.25)  # five reads a second
    return found


def fails_with(name: str, status: int, call, **members) -> str:
    """The message of the exception class of that name."""
    try:
        call(**members)
    except botocore.exceptions.ClientError as error:
        assert type(error).__name__ == name, repr(error)
        assert isinstance(error, getattr(kinesis.exceptions, name)), repr(error)
        assert error.response["Error"]["Code"] == name, error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{call.__name__} did not fail with {name}")


def streams(name: str) -> None:
    summary = made(name, shards=3)
    assert summary["StreamStatus"] == "ACTIVE"
    assert summary["OpenShardCount"] == 3
    assert summary["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert abs(summary["StreamCreationTimestamp"].timestamp() - time.time()) < 600
    description = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    assert description["StreamARN"] == summary["StreamARN"]
    assert len(description["Shards"]) == 3
    names = [found for page in kinesis.get_paginator("list_streams").paginate(Limit=1) for found in page["StreamNames"]]
    assert name in names
    kinesis.add_tags_to_stream(StreamName=name, Tags={"team": "data"})
    tags = kinesis.list_tags_for_stream(StreamName=name)
    assert tags["Tags"] == [{"Key": "team", "Value": "data"}] and not tags["HasMoreTags"]
    kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)
    kinesis.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})


def shards(name: str) -> None:
    made(name, shards=5)
    paginator = kinesis.get_paginator("list_shards")
    found = paginator.paginate(StreamName=name).build_full_result()["Shards"]
    assert len(found) == 5
    # It sends the stream with the token, which the service refuses, so only one page can be had from it.
    pages = iter(paginator.paginate(StreamName=name, PaginationConfig={"PageSize": 2}))
    assert next(pages)["Shards"] == found[:2]
    fails_with("InvalidArgumentException", 400, lambda: next(pages))
    page, listed = kinesis.list_shards(StreamName=name, MaxResults=2), []
    while "NextToken" in page:
        listed += page["Shards"]
        page = kinesis.list_shards(NextToken=page["NextToken"], MaxResults=2)
    assert listed + page["Shards"] == found
    assert found[0]["HashKeyRange"]["StartingHashKey"] == "0"
    assert found[-1]["HashKeyRange"]["EndingHashKey"] == str(2**128 - 1)
    low = int(found[0]["HashKeyRange"]["EndingHashKey"]) // 2
    kinesis.split_shard(StreamName=name, ShardToSplit=found[0]["ShardId"], NewStartingHashKey=str(low))
    active(name)
    while kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["OpenShardCount"] < 6:
        time.sleep(0.2)
    shards_now = paginator.paginate(StreamName=name).build_full_result()["Shards"]
    assert sum(shard.get("ParentShardId") == found[0]["ShardId"] for shard in shards_now) == 2


def records(name: str) -> None:
    made(name)
    shard = "shardId-000000000000"
    one = kinesis.put_record(StreamName=name, PartitionKey="k", Data=b"\x00\xff first")
    assert one["ShardId"] == shard
    more = [{"PartitionKey": f"ключ {at}", "Data": bytes([at]) * at} for at in range(60)]
    answer = kinesis.put_records(StreamName=name, Records=more)
    assert answer["FailedRecordCount"] == 0
    assert len({entry["SequenceNumber"] for entry in answer["Records"]}) == 60
    found = records_of(name, shard, 61)
    assert found[0]["Data"] == b"\x00\xff first" and found[0]["SequenceNumber"] == one["SequenceNumber"]
    assert [{"PartitionKey": each["PartitionKey"], "Data": each["Data"]} for each in found[1:]] == more
    assert [each["SequenceNumber"] for each in found[1:]] == [entry["SequenceNumber"] for entry in answer["Records"]]
    assert abs(found[0]["ApproximateArrivalTimestamp"].timestamp() - time.time()) < 600
    arrival = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": found[0]["ApproximateArrivalTimestamp"]}
    after = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, **arrival)
    page = kinesis.get_records(ShardIterator=after["ShardIterator"])
    assert page["Records"][0]["SequenceNumber"] == one["SequenceNumber"]
    assert page["MillisBehindLatest"] == 0


def fan_out(name: str) -> None:
    arn = made(name)["StreamARN"]
    registered = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="reader")["Consumer"]
    assert registered["ConsumerStatus"] == "CREATING"
    while (consumer := described(arn))["ConsumerStatus"] != "ACTIVE":
        time.sleep(0.2)
    assert consumer["ConsumerARN"] == registered["ConsumerARN"] and consumer["StreamARN"] == arn
    listed = kinesis.get_paginator("list_stream_consumers").paginate(StreamARN=arn).build_full_result()
    assert [each["ConsumerName"] for each in listed["Consumers"]] == ["reader"]
    kinesis.put_record(StreamName=name, PartitionKey="k", Data=b"before")
    stream = kinesis.subscribe_to_shard(
        ConsumerARN=consumer["ConsumerARN"],
        ShardId="shardId-000000000000",
        StartingPosition={"Type": "TRIM_HORIZON"},
    )["EventStream"]
    got, told = [], False
    for event in stream:
        batch = event["SubscribeToShardEvent"]
        assert batch["ContinuationSequenceNumber"].isdigit() and batch["MillisBehindLatest"] >= 0
        got += [each["Data"] for each in batch["Records"]]
        if got and not told:
            told = True
            kinesis.put_record(StreamName=name, PartitionKey="k", Data=b"while it listens")
        if len(got) == 2:
            break
    stream.close()
    assert got == [b"before", b"while it listens"], got
    kinesis.deregister_stream_consumer(ConsumerARN=consumer["ConsumerARN"])


def described(stream_arn: str) -> dict:
    found = kinesis.describe_stream_consumer(StreamARN=stream_arn, ConsumerName="reader")
    return found["ConsumerDescription"]


def errors(name: str) -> None:
    message = fails_with("ResourceNotFoundException", 400, kinesis.describe_stream_summary, StreamName=name)
    assert name in message, message
    arn = made(name)["StreamARN"]
    fails_with("ResourceInUseException", 400, kinesis.create_stream, StreamName=name, ShardCount=1)
    fails_with("LimitExceededException", 400, kinesis.create_stream, StreamName=f"{name}-large", ShardCount=20_000)
    fails_with("InvalidArgumentException", 400, kinesis.get_records, ShardIterator="nonsense")
    nowhere = {"StreamName": name, "ShardId": "shardId-000000000009", "ShardIteratorType": "LATEST"}
    fails_with("ResourceNotFoundException", 400, kinesis.get_shard_iterator, **nowhere)
    nobody = {"ConsumerARN": f"{arn}/consumer/nobody:1", "ShardId": "shardId-000000000000"}
    latest = {"StartingPosition": {"Type": "LATEST"}}
    fails_with("ResourceNotFoundException", 400, kinesis.subscribe_to_shard, **nobody, **latest)
    large = {"PartitionKey": "k", "Data": bytes(1_000_000)}
    answer = kinesis.put_records(StreamName=name, Records=[large] * 3)
    codes = [entry.get("ErrorCode") for entry in answer["Records"]]
    assert codes == [None, "ProvisionedThroughputExceededException", "ProvisionedThroughputExceededException"], codes
    assert answer["FailedRecordCount"] == 2
    fails_with("ProvisionedThroughputExceededException", 400, kinesis.put_record, StreamName=name, **large)


if __name__ == "__main__":
    checks = {"streams": streams, "shards": shards, "records": records, "fan-out": fan_out, "errors": errors}
    checks[sys.argv[1]](sys.argv[2])
