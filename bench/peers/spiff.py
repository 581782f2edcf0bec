"""SpiffWorkflow: the engine alone, its state read from and written to the database at every step."""

from functools import cache

from django.db import transaction
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench.peers.models import SpiffState

DEPARTMENTS = 5


def diagram() -> str:
    """Start, parallel gateway, five manual tasks, parallel gateway, end, as BPMN."""
    branches = "".join(
        f'<manualTask id="review_{n}"><incoming>in_{n}</incoming><outgoing>out_{n}</outgoing></manualTask>'
        f'<sequenceFlow id="in_{n}" sourceRef="split" targetRef="review_{n}"/>'
        f'<sequenceFlow id="out_{n}" sourceRef="review_{n}" targetRef="join"/>'
        for n in range(1, DEPARTMENTS + 1)
    )
    gates = range(1, DEPARTMENTS + 1)
    split = "".join(f"<outgoing>in_{n}</outgoing>" for n in gates)
    join = "".join(f"<incoming>out_{n}</incoming>" for n in gates)
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://bpmn.io/schema/bpmn">'
        '<process id="bare" isExecutable="true"><startEvent id="start"><outgoing>a</outgoing></startEvent>'
        '<sequenceFlow id="a" sourceRef="start" targetRef="split"/>'
        f'<parallelGateway id="split"><incoming>a</incoming>{split}</parallelGateway>{branches}'
        f'<parallelGateway id="join">{join}<outgoing>z</outgoing></parallelGateway>'
        '<sequenceFlow id="z" sourceRef="join" targetRef="end"/>'
        '<endEvent id="end"><incoming>z</incoming></endEvent></process></definitions>'
    )


@cache
def _specification() -> object:
    parser = BpmnParser()
    parser.add_bpmn_str(diagram().encode())
    return parser.get_spec("bare")


@cache
def _serializer() -> BpmnWorkflowSerializer:
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())


def run_spiff() -> None:
    """One workflow: started and saved, then loaded, advanced and saved once per department."""
    serializer = _serializer()
    with transaction.atomic():
        workflow = BpmnWorkflow(_specification())
        workflow.do_engine_steps()
        row = SpiffState.objects.create(state=serializer.serialize_json(workflow))
    for _ in range(DEPARTMENTS):
        with transaction.atomic():
            row = SpiffState.objects.select_for_update().get(pk=row.pk)
            workflow = serializer.deserialize_json(row.state)
            workflow.get_tasks(state=TaskState.READY, manual=True)[0].run()
            workflow.do_engine_steps()
            row.state = serializer.serialize_json(workflow)
            row.save(update_fields=["state"])
    if not workflow.completed:
        raise RuntimeError("the workflow did not reach its end")
