from django.db import migrations
from django.utils.text import slugify

INTERESTS = [
    ("Music & Concerts", "Live gigs, festivals, open-mic nights and everything with a beat."),
    ("Sports & Fitness", "Matches, runs, cycling, yoga and training together."),
    ("Food & Dining", "Tastings, pop-up kitchens, street-food walks and long dinners."),
    ("Art & Culture", "Exhibitions, theatre, dance, heritage walks and literature."),
    ("Technology", "Meet-ups, hackathons, demos and talks about what comes next."),
    ("Travel & Adventure", "Treks, road trips, camping and weekends away."),
    ("Business & Networking", "Founders' evenings, conferences and meeting the right people."),
    ("Health & Wellness", "Meditation, mental health, nutrition and time to breathe."),
    ("Education & Learning", "Workshops, courses, book clubs and new skills."),
    ("Entertainment", "Comedy, film, gaming and nights out with friends."),
]


def create_interests(apps, schema_editor):
    model = apps.get_model("interests", "EventInterest")
    model.objects.bulk_create(
        model(id=number, name=name, slug=slugify(name), description=description)
        for number, (name, description) in enumerate(INTERESTS, start=1)
    )
    schema_editor.execute(
        "SELECT setval(pg_get_serial_sequence('interests_eventinterest', 'id'), %s)",
        [len(INTERESTS)],
    )


class Migration(migrations.Migration):
    dependencies = [("interests", "0001_initial")]

    operations = [migrations.RunPython(create_interests, migrations.RunPython.noop)]
