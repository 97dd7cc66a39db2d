"""Who is on the desk."""


def numbers(response):
    """The numbers of the page's leads, in its order."""
    return [lead.phone_number for lead in response.context["page"].leads]
