"""Addresses of the filing pages and of the private files."""

from django.urls import path

from permits.views import agents, check, delivery, files, filing, leaving_out, letters, materials, phone, start, ways

app_name = "permits"
urlpatterns = [
    path("apply/start/<slug:code>/", start.start, name="start"),
    path("agents/", agents.overview, name="agents"),
    path("agents/new/", agents.new, name="agents_new"),
    path("agents/<int:pk>/", agents.one, name="authority"),
    path("agents/<int:pk>/proof/", agents.proof, name="authority_proof"),
    path("apply/<slug:key>/agent/", agents.at_the_counter, name="agent_at_counter"),
    path("apply/<slug:key>/", filing.hub, name="draft"),
    path("apply/<slug:key>/form/<slug:group>/", filing.section, name="form_section"),
    path("apply/<slug:key>/materials/", materials.overview, name="materials"),
    path("apply/<slug:key>/materials/<slug:material>/", materials.one, name="material"),
    path("apply/<slug:key>/materials/<slug:material>/<int:pk>/", materials.change, name="material_change"),
    path("apply/<slug:key>/ways/", ways.choose, name="ways"),
    path("apply/<slug:key>/leave-out/", leaving_out.leave_out, name="leave_out"),
    path("apply/<slug:key>/commitment/", letters.sign, name="commitment"),
    path("apply/<slug:key>/delivery/", delivery.choose, name="delivery"),
    path("apply/<slug:key>/check/", check.check, name="check"),
    path("apply/<slug:key>/take-back/", filing.take_back, name="take_back"),
    path("apply/<slug:key>/answers/", filing.answers, name="answers"),
    path("phone/", phone.enter, name="phone_enter"),
    path("phone/photos/", phone.photos, name="phone_photos"),
    path("phone/<slug:code>/", phone.enter, name="phone"),
    path("files/<int:pk>/", files.download, name="file"),
    path("files/<int:pk>/<int:page>.jpg", files.page, name="file_page"),
]
